import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { lastSeen, Views } from "#components/reader/views.js";
import { useBrowser } from "../browser.js";

const browser = useBrowser();
const SEEN = { rotation: 90, page_rotations: { 2: 90 }, page: 2, top: 100, zoom: 150, fit: "", seen_at: 5 };
let saved;

beforeEach(() => {
  saved = [];
});

const views = () =>
  new Views((id, view) => {
    saved.push([id, view]);
    return Promise.reject(new Error("no connection"));
  });

test("a document is as it was last seen; a new one keeps the size", () => {
  const { seen_at, ...known } = SEEN;
  assert.deepEqual(views().of({ id: "a", view: SEEN }), known);
  const fresh = views().of({ id: "b", view: null }, { zoom: 200, fit: "" });
  assert.deepEqual(fresh, { rotation: 0, page_rotations: {}, page: 1, top: 0, zoom: 200, fit: "" });
});

test("changes are saved a moment after the last of them, and once", async () => {
  const seen = views();
  seen.change({ id: "a", view: null }, { page: 2 });
  await browser.clock.pass(1000);
  seen.change({ id: "a", view: null }, { page: 3 });
  await browser.clock.pass(1000);
  assert.equal(saved.length, 0);
  await browser.clock.pass(1000);
  assert.deepEqual(
    saved.map(([id, { page }]) => [id, page]),
    [["a", 3]],
  );
  seen.change({ id: "a", view: null }, { page: 3 });
  await browser.clock.pass(5000);
  assert.equal(saved.length, 1);
  assert.equal(seen.of({ id: "a", view: SEEN }).page, 3);
});

test("the document seen last", () => {
  const documents = [
    { id: "a", view: null },
    { id: "b", view: SEEN },
    { id: "c", view: { ...SEEN, seen_at: 7 } },
  ];
  assert.equal(lastSeen(documents).id, "c");
  assert.equal(lastSeen(documents.slice(0, 1)), undefined);
});
