// How the two halves of the review page speak of notes pinned to pages: events of the window.
// shown: { pins: [{ key, document, page, x, y, number, text, current }] }; wanted: asks for them;
// open: { key }, somebody wants to read one; place: { document, page, x, y }, a new one goes there;
// look: { document, page, y }, show that place.

const PINS = {
  shown: "dictamen-pins",
  wanted: "dictamen-pins-wanted",
  open: "dictamen-pin-open",
  place: "dictamen-pin-place",
  look: "dictamen-pin-look",
};
const FINE = 10_000; // places are ten-thousandths of the upright page

const tell = (type, detail) => window.dispatchEvent(new CustomEvent(type, { detail }));
