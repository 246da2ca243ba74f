import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { collectPins, pinKey, pinValue } from "#components/rubric/pin_data.js";

const DOCUMENTS = [{ id: "letter" }, { id: "work" }];
const pin = (more = {}) => ({
  document: "work",
  page: 1,
  x: 10,
  y: 20,
  criterion: "",
  shared: false,
  text: "aquí",
  ...more,
});
const item = (key, more) => [`pin:${key}`, pinValue(pin(more))];
const keys = (pins) => pins.map(({ key }) => key);

describe("the notes there are", () => {
  test("come in the order in which the documents are read", () => {
    const items = [
      item("low", { page: 2, y: 900 }),
      item("late", { page: 10 }),
      item("high", { page: 2, y: 100 }),
      item("letter", { document: "letter", page: 3 }),
      item("b", {}),
      item("a", {}),
    ];
    assert.deepEqual(keys(collectPins(items, new Map(), DOCUMENTS)), ["letter", "a", "b", "high", "low", "late"]);
  });

  test("keep one whose document is gone", () => {
    const items = [item("here"), item("gone", { document: "removed" })];
    assert.deepEqual(keys(collectPins(items, new Map(), DOCUMENTS)), ["gone", "here"]);
  });

  test("are none of the rubric's other items, and none without text", () => {
    const items = [
      ["score:voz", 4],
      ["note:private", "Hola"],
      ["pin:new", undefined],
      ["pin:x", "null"],
    ];
    assert.deepEqual(collectPins([...items, item("empty", { text: "" })], new Map(), DOCUMENTS), []);
  });

  test("include those just begun, until what is written in them counts", () => {
    const drafts = new Map([
      ["begun", pin({ text: "" })],
      ["written", pin({ text: "", page: 2 })],
    ]);
    const [begun, written] = collectPins([item("written", { page: 2 })], drafts, DOCUMENTS);
    assert.deepEqual([begun.key, begun.text, written.key, written.text], ["begun", "", "written", "aquí"]);
    assert.equal(drafts.get("written").text, "");
  });
});

test("a note's value does not depend on how it was put together", () => {
  const { document: id, ...rest } = pin();
  const turned = { number: 3, current: true, ...Object.fromEntries(Object.entries(rest).reverse()), document: id };
  assert.equal(pinValue(turned), pinValue(pin()));
  assert.deepEqual(JSON.parse(pinValue(turned)), pin());
});

test("a key fits what the server takes, and no two are the same", () => {
  const several = Array.from({ length: 500 }, () => pinKey(1_700_000_000_000));
  assert.equal(new Set(several).size, 500);
  for (const key of several) assert.match(key, /^[a-z0-9]{8}-[a-z0-9]{8}$/);
});
