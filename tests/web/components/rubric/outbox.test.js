import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Outbox, outboxOf } from "#components/rubric/outbox.js";
import { settled, useBrowser } from "../browser.js";
import { Server } from "./server.js";

const REVIEW = "/dictamenes/letras/F-001";
const SCORE = "score:voz";

const browser = useBrowser();
let server;
beforeEach(() => {
  server = new Server();
});

const kept = () => Object.keys(localStorage).filter((key) => key.startsWith("dictamen.rubrica|"));

let tabs = 0;

// An outbox as another tab has it, and what it heard.
function newTab(person = "ana") {
  tabs += 1;
  sessionStorage.setItem("dictamen.rubrica", `tab${tabs}`);
  const outbox = new Outbox(person);
  const heard = [];
  for (const type of ["saved", "elsewhere"]) {
    outbox.addEventListener(type, ({ detail }) => heard.push({ type, ...detail }));
  }
  return { outbox, heard };
}

describe("saving", () => {
  test("a level is sent at once, with its version and its author, and forgotten once acknowledged", async () => {
    const { outbox, heard } = newTab();
    outbox.say(REVIEW, SCORE, 4, 0);
    assert.equal(kept().length, 1);
    await settled();
    const [{ address, body, headers, cache }] = server.requests;
    assert.equal(address, `${REVIEW}/puntajes`);
    assert.deepEqual(body, { criterion: "voz", value: 4, version: 0 });
    assert.equal(headers["X-Dictamen-Autoria"], "ana");
    assert.equal(cache, "no-store");
    assert.deepEqual(
      heard.map(({ type, stands }) => [type, stands.value, stands.version]),
      [["saved", 4, 1]],
    );
    assert.deepEqual([outbox.of(REVIEW), kept()], [[], []]);
  });

  test("a note is sent after a pause in writing, once, as it then is", async () => {
    const { outbox } = newTab();
    for (const text of ["H", "Ho", "Hola"]) {
      outbox.say(REVIEW, "note:private", text, 0, 600);
      assert.equal(kept().length, 1, "kept in the browser before the pause is over");
      await browser.clock.pass(500);
    }
    assert.equal(server.requests.length, 0);
    await browser.clock.pass(100);
    assert.deepEqual(server.bodies, [{ kind: "private", text: "Hola", version: 0 }]);
    assert.equal(server.requests[0].address, `${REVIEW}/notas`);
  });

  test("leaving a note sends it without the pause", async () => {
    const { outbox } = newTab();
    outbox.say(REVIEW, "note:private", "Hola", 0, 600);
    outbox.sendNow(REVIEW, "note:private");
    await browser.clock.pass(2000);
    assert.equal(server.requests.length, 1);
  });

  test("a note on a page is sent as an object", async () => {
    const { outbox } = newTab();
    outbox.say(REVIEW, "pin:k1", '{"page":2,"text":"aquí"}', 0);
    await settled();
    assert.equal(server.requests[0].address, `${REVIEW}/marcas`);
    assert.deepEqual(server.bodies[0], { key: "k1", pin: { page: 2, text: "aquí" }, version: 0 });
  });

  test("what changes while it is being sent is sent after it, on the version acknowledged", async () => {
    const { outbox } = newTab();
    outbox.say(REVIEW, SCORE, 4, 0);
    outbox.say(REVIEW, SCORE, 5, 0);
    await settled();
    assert.deepEqual(
      server.bodies.map(({ value, version }) => [value, version]),
      [
        [4, 0],
        [5, 1],
      ],
    );
    assert.equal(server.items.get(SCORE).value, 5);
    assert.deepEqual(kept(), []);
  });

  test("each person has one outbox", () => {
    assert.equal(outboxOf("eva"), outboxOf("eva"));
    assert.notEqual(outboxOf("eva"), outboxOf("iris"));
  });
});

describe("trying again", () => {
  test("without a server it tries after 1, 2, 4, 8 and 8 seconds, and keeps the value in the browser", async () => {
    const { outbox } = newTab();
    server.isAway = true;
    const begun = browser.clock.now;
    const moments = [];
    const { fetch } = globalThis;
    globalThis.fetch = (...all) => {
      moments.push((browser.clock.now - begun) / 1000);
      return fetch(...all);
    };
    outbox.say(REVIEW, SCORE, 4, 0);
    await browser.clock.pass(23_500);
    assert.deepEqual(moments, [0, 1, 3, 7, 15, 23]);
    assert.equal(outbox.trouble, "offline");
    assert.equal(kept().length, 1);
    server.isAway = false;
    await browser.clock.pass(8000);
    assert.equal(outbox.trouble, null);
    assert.equal(server.items.get(SCORE).value, 4);
    assert.deepEqual(kept(), []);
  });

  test("several items that fail together are one failure", async () => {
    const { outbox } = newTab();
    server.isAway = true;
    outbox.say(REVIEW, SCORE, 4, 0);
    outbox.say(REVIEW, "score:forma", 4, 0);
    outbox.say(REVIEW, "note:private", "Hola", 0);
    await browser.clock.pass(2500);
    assert.equal(server.requests.length, 6, "after 0 and 1 seconds, and not yet after 3");
  });

  test("after a success the waits begin anew", async () => {
    const { outbox } = newTab();
    server.isAway = true;
    outbox.say(REVIEW, SCORE, 4, 0);
    await browser.clock.pass(7500);
    server.isAway = false;
    await browser.clock.pass(8000);
    server.isAway = true;
    outbox.say(REVIEW, SCORE, 5, 1);
    await settled();
    server.isAway = false;
    await browser.clock.pass(1000);
    assert.equal(server.items.get(SCORE).value, 5);
  });

  for (const type of ["online", "focus", "pagehide"]) {
    test(`it tries at once on ${type}`, async () => {
      const { outbox } = newTab();
      server.isAway = true;
      outbox.say(REVIEW, SCORE, 4, 0);
      await settled();
      server.isAway = false;
      browser.send(type);
      await settled();
      assert.deepEqual(outbox.of(REVIEW), []);
    });
  }

  test("it tries at once when the tab is hidden or shown", async () => {
    const { outbox } = newTab();
    outbox.say(REVIEW, "note:private", "Hola", 0, 600);
    document.dispatchEvent(new Event("visibilitychange"));
    await settled();
    assert.equal(server.items.get("note:private").value, "Hola");
  });

  test("a server that does not answer within ten seconds counts as away", async () => {
    const { outbox } = newTab();
    server.isSilent = true;
    outbox.say(REVIEW, SCORE, 4, 0);
    await browser.clock.pass(9_900);
    assert.equal(outbox.trouble, null);
    await browser.clock.pass(200);
    assert.equal(outbox.trouble, "offline");
    server.isSilent = false;
    await browser.clock.pass(1000);
    assert.deepEqual(outbox.of(REVIEW), []);
  });

  for (const [status, trouble] of [
    [401, "signed-out"],
    [429, "not-kept"],
    [500, "not-kept"],
    [503, "not-kept"],
  ]) {
    test(`status ${status} may pass: it is tried again`, async () => {
      const { outbox } = newTab();
      server.status = status;
      outbox.say(REVIEW, SCORE, 4, 0);
      await settled();
      assert.equal(outbox.trouble, trouble);
      server.status = null;
      await browser.clock.pass(1000);
      assert.equal(outbox.trouble, null);
      assert.deepEqual(outbox.of(REVIEW), []);
    });
  }

  test("the page of a proxy is not taken for an answer", async () => {
    const { outbox } = newTab();
    globalThis.fetch = async () => new Response("<html>Log in to the network</html>", { status: 200 });
    outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    assert.equal(outbox.trouble, "offline");
    assert.equal(outbox.get(REVIEW, SCORE).value, 4);
  });

  for (const status of [403, 422, 423]) {
    test(`status ${status} is a refusal: it is told and not tried again until something changes`, async () => {
      const { outbox } = newTab();
      server.status = status;
      outbox.say(REVIEW, SCORE, 4, 0);
      await browser.clock.pass(60_000);
      assert.equal(server.requests.length, 1);
      assert.deepEqual(outbox.get(REVIEW, SCORE).refusal, { status, words: `No: ${status}.` });
      server.status = null;
      outbox.say(REVIEW, SCORE, 5, 0);
      await settled();
      assert.equal(server.items.get(SCORE).value, 5);
    });
  }

  test("what was refused while a review was closed is sent once it is open again", async () => {
    const { outbox } = newTab();
    server.status = 423;
    outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    server.status = null;
    outbox.revive(REVIEW);
    await settled();
    assert.equal(server.items.get(SCORE).value, 4);
  });
});

describe("keepalive", () => {
  test("a save outlives its page, unless it is too long for that", async () => {
    const { outbox } = newTab();
    outbox.say(REVIEW, SCORE, 4, 0);
    outbox.say(REVIEW, "note:private", "a".repeat(19_000), 0);
    outbox.say(REVIEW, "note:committee", "a".repeat(20_000), 0);
    await settled();
    assert.deepEqual(
      server.requests.map(({ keepalive }) => keepalive),
      [true, true, false],
    );
  });

  test("closing the page sends what waits for a pause in writing", async () => {
    const { outbox } = newTab();
    outbox.say(REVIEW, "note:private", "Hol", 0, 600);
    browser.send("pagehide");
    assert.deepEqual(
      server.requests.map(({ keepalive, body }) => [keepalive, body.text]),
      [[true, "Hol"]],
    );
  });
});

describe("what was lost or changed on the way", () => {
  test("a value that was saved while its answer got lost is acknowledged, not a clash", async () => {
    const { outbox, heard } = newTab();
    server.losesAnswers = true;
    outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    server.losesAnswers = false;
    await browser.clock.pass(1000);
    assert.deepEqual(outbox.of(REVIEW), []);
    assert.deepEqual([heard.at(-1).stands.value, heard.at(-1).stands.version], [4, 1]);
    assert.deepEqual(kept(), []);
  });

  test("where another value follows the lost answer, it is sent on the version that stands", async () => {
    const { outbox } = newTab();
    server.losesAnswers = true;
    outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    server.losesAnswers = false;
    outbox.say(REVIEW, SCORE, 5, 0);
    await settled();
    assert.deepEqual([server.items.get(SCORE).value, server.items.get(SCORE).version], [5, 2]);
    assert.deepEqual(outbox.of(REVIEW), []);
  });

  test("this holds after a reload, too", async () => {
    const first = newTab();
    server.losesAnswers = true;
    first.outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    server.isAway = true;
    first.outbox.say(REVIEW, SCORE, 5, 0);
    await settled();
    server.isAway = server.losesAnswers = false;
    const { outbox } = newTab();
    await settled();
    assert.equal(server.items.get(SCORE).value, 5);
    assert.equal(outbox.get(REVIEW, SCORE), undefined);
  });

  for (const [choice, value, version] of [
    ["keepMine", 2, 2],
    ["drop", 4, 1],
  ]) {
    test(`a clash waits for the juror: ${choice}`, async () => {
      const { outbox } = newTab();
      server.put(SCORE, 4, 1);
      outbox.say(REVIEW, SCORE, 2, 0);
      await browser.clock.pass(60_000);
      assert.equal(server.requests.length, 1);
      assert.equal(outbox.get(REVIEW, SCORE).clash.value, 4);
      assert.equal(kept().length, 1);
      outbox[choice](outbox.get(REVIEW, SCORE));
      await settled();
      assert.deepEqual([server.items.get(SCORE).value, server.items.get(SCORE).version], [value, version]);
      assert.deepEqual([outbox.of(REVIEW), kept()], [[], []]);
    });
  }

  test("a clash is told anew where the other tab goes on meanwhile", async () => {
    const { outbox } = newTab();
    server.put(SCORE, 4, 1);
    outbox.say(REVIEW, SCORE, 2, 0);
    await settled();
    server.put(SCORE, 5, 2);
    outbox.keepMine(outbox.get(REVIEW, SCORE));
    await settled();
    assert.deepEqual([outbox.get(REVIEW, SCORE).clash.value, server.items.get(SCORE).value], [5, 5]);
  });
});

describe("two tabs", () => {
  test("what one saves the other hears, of the same person alone", async () => {
    const [one, two, stranger] = [newTab(), newTab(), newTab("iris")];
    one.outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    assert.deepEqual(
      two.heard.map(({ type, item, stands }) => [type, item, stands.value]),
      [["elsewhere", SCORE, 4]],
    );
    assert.deepEqual(stranger.heard, []);
    one.outbox.announce(REVIEW);
    assert.deepEqual(two.heard.at(-1), { type: "elsewhere", person: "ana", address: REVIEW });
  });

  test("the second to change an item is asked, and overwrites nothing", async () => {
    const [one, two] = [newTab(), newTab()];
    one.outbox.say(REVIEW, SCORE, 4, 0);
    two.outbox.say(REVIEW, SCORE, 2, 0);
    await settled();
    assert.equal(server.items.get(SCORE).value, 4);
    assert.equal(two.outbox.get(REVIEW, SCORE).clash.value, 4);
    two.outbox.keepMine(two.outbox.get(REVIEW, SCORE));
    await settled();
    assert.equal(server.items.get(SCORE).value, 2);
    assert.equal(one.heard.at(-1).stands.value, 2);
  });

  test("both keep their own values while the server is away", async () => {
    server.isAway = true;
    const [one, two] = [newTab(), newTab()];
    one.outbox.say(REVIEW, SCORE, 4, 0);
    two.outbox.say(REVIEW, SCORE, 2, 0);
    await settled();
    assert.equal(kept().length, 2);
  });
});

describe("after a reload", () => {
  test("what was not acknowledged is sent", async () => {
    server.isAway = true;
    newTab().outbox.say(REVIEW, SCORE, 4, 3);
    await settled();
    server = new Server();
    server.put(SCORE, 1, 3);
    newTab();
    await settled();
    assert.deepEqual(server.items.get(SCORE).value, 4);
    assert.deepEqual(kept(), []);
  });

  for (const [older, newer] of [
    ["a", "z"],
    ["z", "a"],
  ]) {
    test(`of what two tabs left of an item the newer counts: ${newer} after ${older}, in tab z`, async () => {
      sessionStorage.setItem("dictamen.rubrica", "z");
      for (const tab of ["a", "z"]) {
        const what = tab === newer ? { value: 5, at: 20 } : { value: 1, at: 10 };
        const entry = { ...what, version: 0, sent: [] };
        localStorage.setItem(`dictamen.rubrica|ana|${REVIEW}|${SCORE}|${tab}`, JSON.stringify(entry));
      }
      new Outbox("ana");
      await settled();
      assert.equal(server.items.get(SCORE).value, 5);
      assert.deepEqual(kept(), []);
    });
  }

  test("what another person left is deleted and never sent", async () => {
    server.isAway = true;
    newTab("iris").outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    server = new Server();
    newTab("ana");
    await settled();
    assert.deepEqual([server.requests, kept()], [[], []]);
  });

  test("an entry that cannot be read is deleted", async () => {
    localStorage.setItem(`dictamen.rubrica|ana|${REVIEW}|${SCORE}|t`, "{");
    localStorage.setItem("dictamen-carga-x", "1");
    newTab();
    assert.deepEqual(Object.keys(localStorage), ["dictamen-carga-x"]);
  });

  test("saving goes on where the browser's storage is forbidden", async () => {
    const forbidden = () => {
      throw new DOMException("denied", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(globalThis, name, { get: forbidden, configurable: true });
    }
    const outbox = new Outbox("ana");
    outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    assert.equal(server.items.get(SCORE).value, 4);
  });
});

describe("before a review is sent", () => {
  test("all is sent at once, pauses in writing included", async () => {
    const { outbox } = newTab();
    outbox.say(REVIEW, SCORE, 4, 0);
    outbox.say(REVIEW, "note:private", "Hola", 0, 600);
    assert.equal(await outbox.flush(REVIEW), true);
    assert.equal(server.items.get("note:private").value, "Hola");
    assert.equal(await outbox.flush(REVIEW), true);
  });

  test("what cannot be saved is told", async () => {
    const { outbox } = newTab();
    server.isAway = true;
    outbox.say(REVIEW, SCORE, 4, 0);
    assert.equal(await outbox.flush(REVIEW), false);
    server.isAway = false;
    server.put(SCORE, 1, 1);
    await browser.clock.pass(1000);
    assert.equal(await outbox.flush(REVIEW), false, "a clash");
    outbox.drop(outbox.get(REVIEW, SCORE));
    server.status = 422;
    outbox.say(REVIEW, SCORE, 9, 1);
    assert.equal(await outbox.flush(REVIEW), false, "a refusal");
  });

  test("other reviews with something unsaved are named, unless they are closed to the juror", async () => {
    const { outbox } = newTab();
    server.isAway = true;
    outbox.say("/dictamenes/letras/F%20002", SCORE, 4, 0);
    outbox.say("/dictamenes/letras/F%20002", "note:private", "Hola", 0);
    outbox.say(REVIEW, SCORE, 4, 0);
    await settled();
    assert.deepEqual(outbox.otherFolios(REVIEW), ["F 002"]);
    server.isAway = false;
    server.status = 403;
    await browser.clock.pass(1000);
    assert.deepEqual(outbox.otherFolios(REVIEW), []);
  });
});
