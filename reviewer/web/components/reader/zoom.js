const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4];

export const limitZoom = (zoom) => Math.min(Math.max(zoom, ZOOMS[0]), ZOOMS.at(-1));

// The next step up (`by` > 0) or down; undefined at the end.
export function nextZoom(zoom, by) {
  return by > 0 ? ZOOMS.find((each) => each > zoom + 0.01) : ZOOMS.findLast((each) => each < zoom - 0.01);
}
