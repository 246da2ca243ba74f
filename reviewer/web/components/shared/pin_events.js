// Events of the window by which the reader and the rubric exchange notes pinned to pages.
// shown: { pins: [{ key, document, page, x, y, number, text, current }] }, all there are; wanted: asks for `shown`;
// open: { key }, opens one in the rubric; place: { document, page, x, y }, begins a new one there;
// look: { document, page, y }, shows that place in the reader.

export const PINS = {
  shown: "dictamen-pins",
  wanted: "dictamen-pins-wanted",
  open: "dictamen-pin-open",
  place: "dictamen-pin-place",
  look: "dictamen-pin-look",
};
export const COORDINATE_SCALE = 10_000; // places are ten-thousandths of the upright page

export const tell = (type, detail) => window.dispatchEvent(new CustomEvent(type, { detail }));
