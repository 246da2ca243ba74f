import assert from "node:assert/strict";
import { test } from "node:test";
import { boxBetween } from "#components/reader/covers.js";

test("a box lies between two points, wherever one began", () => {
  assert.deepEqual(boxBetween({ x: 0.1, y: 0.2 }, { x: 0.5, y: 0.4 }), [1000, 2000, 5000, 4000]);
  assert.deepEqual(boxBetween({ x: 0.5, y: 0.4 }, { x: 0.1, y: 0.2 }), [1000, 2000, 5000, 4000]);
  assert.deepEqual(boxBetween({ x: -0.1, y: 0.9 }, { x: 0.5, y: 1.2 }), [0, 9000, 5000, 10_000]);
});

test("a click draws none", () => {
  assert.equal(boxBetween({ x: 0.1, y: 0.2 }, { x: 0.101, y: 0.5 }), null);
});
