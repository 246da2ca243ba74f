// Places on a page that is turned.

// The place of the upright page, in fractions of it, under a point of the screen; `box` is where the page lies, turned by
// `rotation` degrees clockwise.
export function uprightPoint({ left, top, width, height }, rotation, clientX, clientY) {
  const [dx, dy] = [(clientX - left) / width - 0.5, (clientY - top) / height - 0.5];
  const [x, y] = { 0: [dx, dy], 90: [dy, -dx], 180: [-dx, -dy], 270: [-dy, dx] }[rotation];
  return { x: x + 0.5, y: y + 0.5 };
}

const within = (value) => Math.min(Math.max(value, 0), 1);

// The part of the upright page that lies in `view`, a rectangle of the screen, as fractions [x0, y0, x1, y1]; null where
// none does.
export function visiblePart(box, rotation, view) {
  const [left, right] = [Math.max(box.left, view.left), Math.min(box.right, view.right)];
  const [top, bottom] = [Math.max(box.top, view.top), Math.min(box.bottom, view.bottom)];
  if (right <= left || bottom <= top) return null;
  const [one, other] = [uprightPoint(box, rotation, left, top), uprightPoint(box, rotation, right, bottom)];
  const [x0, x1] = [one.x, other.x].sort((a, b) => a - b);
  const [y0, y1] = [one.y, other.y].sort((a, b) => a - b);
  return [within(x0), within(y0), within(x1), within(y1)];
}
