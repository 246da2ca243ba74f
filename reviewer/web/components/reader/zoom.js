const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4];

export const limitZoom = (zoom) => Math.min(Math.max(zoom, ZOOMS[0]), ZOOMS.at(-1));

// The next step up (`by` > 0) or down; undefined at the end.
export function nextZoom(zoom, by) {
  return by > 0 ? ZOOMS.find((each) => each > zoom + 0.01) : ZOOMS.findLast((each) => each < zoom - 0.01);
}

// How much a turn of the wheel (with Ctrl) makes the page larger or smaller.
export function wheelFactor({ deltaY, deltaMode }) {
  const lines = deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  return Math.exp(-Math.max(-100, Math.min(100, deltaY * lines)) * 0.002);
}
