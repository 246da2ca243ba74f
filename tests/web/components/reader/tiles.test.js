import assert from "node:assert/strict";
import { test } from "node:test";
import { visiblePart } from "#components/reader/geometry.js";
import { tilesIn } from "#components/reader/tiles.js";

test("the tiles that cover a part of a page", () => {
  // 4,000 by 5,000 pixels: four columns and five rows of 1,000 (the last row and column are whole).
  const tiles = (part) => tilesIn(part, 4000, 0.8, 1000);
  assert.equal(tiles([0, 0, 1, 1]).length, 20);
  assert.deepEqual(tiles([0.3, 0, 0.45, 0.1]), [[1, 0]]);
  assert.deepEqual(tiles([0.2, 0.15, 0.3, 0.25]), [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
  assert.deepEqual(tiles([0.99, 0.99, 1, 1]), [[3, 4]]);
});

test("the part of a page that is seen, however it is turned", () => {
  const page = { left: 0, top: 0, right: 200, bottom: 400, width: 200, height: 400 };
  const upperLeft = { left: -50, top: -50, right: 50, bottom: 100 };
  assert.deepEqual(visiblePart(page, 0, upperLeft), [0, 0, 0.25, 0.25]);
  assert.deepEqual(visiblePart(page, 180, upperLeft), [0.75, 0.75, 1, 1]);
  // Turned to the right, the upper left corner of the screen is the lower left one of the page.
  assert.deepEqual(visiblePart(page, 90, upperLeft), [0, 0.75, 0.25, 1]);
  assert.equal(visiblePart(page, 0, { left: 0, top: 500, right: 50, bottom: 600 }), null);
});
