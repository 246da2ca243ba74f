import assert from "node:assert/strict";
import { test } from "node:test";
import { size, time } from "#components/upload/words.js";

test("sizes", () => {
  assert.deepEqual([0, 1500, 2_340_000, 3_456_000_000].map(size), ["0 kB", "2 kB", "2.3 MB", "3.46 GB"]);
});

test("times that are left", () => {
  assert.deepEqual([2, 30, 65, 150, 3600, 5430].map(time), [
    "quedan unos segundos",
    "quedan 30 s",
    "queda 1 min",
    "quedan 3 min",
    "quedan 1 h 0 min",
    "quedan 1 h 31 min",
  ]);
});
