import assert from "node:assert/strict";
import { test } from "node:test";
import { uprightPlace } from "#components/reader/pins.js";

const UPRIGHT = { left: 100, top: 50, width: 200, height: 400 };
const SIDEWAYS = { left: 100, top: 50, width: 400, height: 200 };

test("a place is in ten-thousandths of the page", () => {
  assert.deepEqual(uprightPlace(UPRIGHT, 0, 100, 50), { x: 0, y: 0 });
  assert.deepEqual(uprightPlace(UPRIGHT, 0, 150, 150), { x: 2500, y: 2500 });
  assert.deepEqual(uprightPlace(UPRIGHT, 0, 300, 450), { x: 10_000, y: 10_000 });
});

test("it is that of the upright page, however the page is turned", () => {
  // The upper left corner of the page lies at the upper right of the screen, then lower right, then lower left.
  assert.deepEqual(uprightPlace(SIDEWAYS, 90, 500, 50), { x: 0, y: 0 });
  assert.deepEqual(uprightPlace(UPRIGHT, 180, 300, 450), { x: 0, y: 0 });
  assert.deepEqual(uprightPlace(SIDEWAYS, 270, 100, 250), { x: 0, y: 0 });
  assert.deepEqual(uprightPlace(SIDEWAYS, 90, 400, 100), { x: 2500, y: 2500 });
});

test("it never lies outside the page", () => {
  assert.deepEqual(uprightPlace(UPRIGHT, 0, 90, 600), { x: 0, y: 10_000 });
});
