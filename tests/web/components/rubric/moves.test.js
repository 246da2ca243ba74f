import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Moves } from "#components/rubric/moves.js";
import { settled, useBrowser } from "../browser.js";

const browser = useBrowser();
let rubric;
let moves;

// A rubric with two criteria, both scored, whose server answers `answers[verb]`.
beforeEach(() => {
  const posts = [];
  rubric = {
    data: { address: "/dictamenes/letras/F-001", folio: "F-001" },
    criteria: [
      { key: "voz", label: "Voz" },
      { key: "forma", label: "Forma" },
    ],
    items: new Map([
      ["score:voz", { value: 4, version: 2 }],
      ["score:forma", { value: 3, version: 1 }],
    ]),
    writable: true,
    posts,
    triggers: [],
    answers: {},
    calls: [],
    isFlushed: true,
    valueOf: (item) => rubric.items.get(item)?.value,
    firstMissing: () => rubric.criteria.findIndex(({ key }) => rubric.valueOf(`score:${key}`) == null),
    goTo: (index) => rubric.calls.push(["goTo", index]),
    ask: async () => rubric.calls.push(["ask"]),
    paint: () => {},
    trigger: (name, value) => rubric.triggers.push([name, value]),
    outbox: {
      flush: async () => rubric.isFlushed,
      announce: (address) => rubric.calls.push(["announce", address]),
      revive: (address) => rubric.calls.push(["revive", address]),
      post: async (address, body) => {
        posts.push([address.split("/").at(-1), body]);
        return rubric.answers[address.split("/").at(-1)] ?? { status: 200, body: { next: "F-002" } };
      },
    },
  };
  Object.assign(globalThis.document, { querySelector: () => ({ dataset: { testConnectionState: connection } }) });
  connection = "CONNECTED";
  opened = [];
  window.location = { href: "https://dictamen.test/revisar?folio=F-001", assign: ({ href }) => opened.push(href) };
  moves = new Moves(rubric);
  moves.restart();
});
let connection;
let opened;

describe("sending", () => {
  test("sends the versions that the juror saw, and goes on to the next application", async () => {
    await browser.clock.pass(700);
    moves.submit();
    assert.equal(moves.busy, "submit");
    await settled();
    assert.deepEqual(rubric.posts, [["enviar", { versions: { voz: 2, forma: 1 } }]]);
    assert.deepEqual(rubric.triggers, [["moved", { from: "F-001", next: "F-002" }]]);
    assert.deepEqual(rubric.calls, [["announce", rubric.data.address]]);
    assert.equal(moves.busy, "submit", "until the next application is shown");
  });

  test("the second half of a double click does not send the next application", async () => {
    await browser.clock.pass(700);
    moves.submit();
    await settled();
    moves.restart(); // the next application is shown
    moves.submit();
    moves.skip();
    moves.goOn();
    await settled();
    assert.equal(rubric.posts.length, 1);
    await browser.clock.pass(700);
    moves.submit();
    await settled();
    assert.equal(rubric.posts.length, 2);
  });

  test("whoever has chosen a level need not wait", async () => {
    moves.noteSeen();
    moves.submit();
    await settled();
    assert.equal(rubric.posts.length, 1);
  });

  test("one thing at a time", async () => {
    await browser.clock.pass(700);
    moves.submit();
    moves.submit();
    moves.skip();
    moves.reopen();
    await settled();
    assert.equal(rubric.posts.length, 1);
  });

  test("what is missing is named and shown", async () => {
    rubric.items.delete("score:forma");
    await browser.clock.pass(700);
    moves.submit();
    assert.equal(moves.notice, "Falta calificar: Forma.");
    assert.deepEqual([rubric.calls, rubric.posts, moves.busy], [[["goTo", 1]], [], null]);
  });

  test("nothing is sent while something could not be saved", async () => {
    rubric.isFlushed = false;
    await browser.clock.pass(700);
    moves.submit();
    await settled();
    assert.match(moves.notice, /algo no se ha podido guardar/);
    assert.deepEqual([rubric.posts, moves.busy], [[], null]);
  });

  for (const [status, error, words, asks] of [
    [0, undefined, "Sin conexión: vuelva a intentarlo.", false],
    [401, "…", "Su sesión terminó o alguien más entró en este navegador: entre de nuevo.", false],
    [409, "Cambió.", "Cambió.", true],
    [423, "Está cerrada.", "Está cerrada.", true],
    [500, undefined, "Sin conexión: vuelva a intentarlo.", false],
  ]) {
    test(`status ${status}: the juror stays and is told why`, async () => {
      rubric.answers.enviar = { status, body: { error } };
      await browser.clock.pass(700);
      moves.submit();
      await settled();
      assert.equal(moves.notice, words);
      assert.deepEqual([rubric.triggers, moves.busy], [[], null]);
      assert.equal(
        rubric.calls.some(([name]) => name === "ask"),
        asks,
      );
    });
  }
});

describe("going on", () => {
  test("where the script does not go on within five seconds, the address does", async () => {
    await browser.clock.pass(700);
    moves.submit();
    await browser.clock.pass(4900);
    assert.deepEqual(opened, []);
    await browser.clock.pass(200);
    assert.deepEqual(opened, ["https://dictamen.test/revisar?folio=F-002"]);
  });

  test("without a connection the address does at once; without a next folio it names none", async () => {
    connection = "DISCONNECTED_FOREVER";
    rubric.answers.omitir = { status: 200, body: { next: "F-002" } };
    await browser.clock.pass(700);
    moves.goOn();
    await browser.clock.pass(0);
    assert.deepEqual(opened, ["https://dictamen.test/revisar"]);
  });

  test("once the next application is shown the address stays", async () => {
    await browser.clock.pass(700);
    moves.submit();
    await settled();
    moves.restart();
    await browser.clock.pass(10_000);
    assert.deepEqual(opened, []);
  });

  test("the only application cannot be skipped", async () => {
    rubric.answers.omitir = { status: 200, body: { next: null } };
    await browser.clock.pass(700);
    moves.skip();
    await settled();
    assert.equal(moves.notice, "Es la única que le falta.");
    assert.deepEqual(rubric.triggers, []);
  });

  test("an answer that comes once another application is shown says nothing there", async () => {
    rubric.isFlushed = false;
    await browser.clock.pass(700);
    moves.submit();
    rubric.data = { address: "/dictamenes/letras/F-002", folio: "F-002" };
    moves.restart();
    await settled();
    assert.equal(moves.notice, "");
  });
});

test("reopening reads the review again, tells other tabs and sends what waited", async () => {
  moves.reopen();
  await settled();
  assert.deepEqual(rubric.posts, [["reabrir", {}]]);
  assert.deepEqual(
    rubric.calls.map(([name]) => name),
    ["ask", "announce", "revive"],
  );
  assert.deepEqual([moves.busy, moves.notice], [null, ""]);
});
