import assert from "node:assert/strict";
import { File } from "node:buffer";
import { beforeEach, describe, test } from "node:test";
import { Upload } from "#components/upload/upload.js";
import { settled, useBrowser } from "../browser.js";
import { UploadServer } from "./server.js";

const MB = 1024 * 1024;
const PIECE = 8 * MB;

const browser = useBrowser();
let server;
beforeEach(() => {
  server = new UploadServer();
});

const zip = (size, name = "lote.zip", lastModified = 1) => {
  const bytes = new Uint8Array(size);
  bytes.set([0x50, 0x4b]);
  return new File([bytes], name, { lastModified });
};

// An upload and the pages that show it; what it handed over.
function newUpload(more = {}) {
  const upload = new Upload({ call: "letras", place: "letras", ending: ".zip", ...more });
  const handed = [];
  upload.hand = (name, value) => handed.push([name, value]);
  return { upload, handed };
}

const remembered = () => JSON.parse(localStorage.getItem("dictamen-carga-letras"));

describe("sending", () => {
  test("a file goes in pieces of 8 MB, each after what arrived, and is handed over once whole", async () => {
    const { upload, handed } = newUpload();
    await upload.start(zip(2 * PIECE + 5));
    assert.deepEqual(server.pieces, [
      ["c1", 0, PIECE],
      ["c1", PIECE, PIECE],
      ["c1", 2 * PIECE, 5],
    ]);
    assert.deepEqual(server.begun, [{ name: "lote.zip", size: 2 * PIECE + 5, call: "letras" }]);
    assert.deepEqual(handed, [["complete", "c1"]]);
    assert.deepEqual([upload.state, remembered()], ["idle", null]);
  });

  test("what is whole while no page shows it waits for one", async () => {
    const { upload, handed } = newUpload();
    const { hand } = upload;
    upload.hand = null;
    await upload.start(zip(5));
    assert.deepEqual([upload.state, handed], ["whole", []]);
    upload.hand = hand;
    upload.deliver();
    upload.deliver();
    assert.deepEqual([upload.state, handed], ["idle", [["complete", "c1"]]]);
  });

  test("a second file is not begun beside the first", async () => {
    const { upload } = newUpload();
    server.holds = true;
    upload.start(zip(5));
    await settled();
    await upload.start(zip(5, "otro.zip"));
    assert.equal(server.begun.length, 1);
    assert.equal(upload.file.name, "lote.zip");
  });

  test("the pace is that of the last seconds", async () => {
    const { upload } = newUpload();
    upload.mark(0);
    assert.equal(upload.pace, 0);
    for (const sent of [1, 2, 3]) {
      await browser.clock.pass(1000);
      upload.mark(sent * MB);
    }
    assert.equal(upload.pace, MB);
    await browser.clock.pass(7500);
    upload.mark(3 * MB);
    assert.equal(upload.pace, 0);
  });
});

describe("what is told before anything is sent", () => {
  for (const [name, file, place, words] of [
    ["another kind of file", () => new File(["PK"], "lote.rar"), {}, /«lote\.rar» no es un zip:/],
    ["a file only named so", () => new File(["hola"], "lote.zip"), {}, /no es un zip por dentro/],
    [
      "a folder",
      () => ({ name: "lote.zip", slice: () => ({ arrayBuffer: () => Promise.reject(new Error("")) }) }),
      {},
      /No se puede leer/,
    ],
    ["no PDF", () => new File(["PK"], "obra.docx"), { ending: ".pdf" }, /no es un PDF/],
  ]) {
    test(name, async () => {
      const { upload } = newUpload(place);
      await upload.start(file());
      assert.match(upload.told, words);
      assert.deepEqual([upload.state, server.begun], ["idle", []]);
    });
  }

  test("the refusal of the server", async () => {
    const { upload } = newUpload();
    server.refusal = [413, "Pasa de 4 GB."];
    await upload.start(zip(5));
    assert.deepEqual([upload.told, upload.state], ["Pasa de 4 GB.", "idle"]);
  });

  test("a PDF's name may be in capitals", async () => {
    const { upload, handed } = newUpload({ ending: ".pdf" });
    await upload.start(new File(["%PDF"], "OBRA.PDF"));
    assert.equal(handed.length, 1);
  });
});

describe("a lost connection", () => {
  test("is tried again after 1, 2, 4, 8, 15, 30 and 30 seconds, which are counted down", async () => {
    const { upload } = newUpload();
    server.isAway = true;
    server.isBegun = true;
    const begun = browser.clock.now;
    server.tried = () => moments.push((browser.clock.now - begun) / 1000);
    const moments = [];
    upload.start(zip(5));
    await settled();
    assert.equal(upload.note, "No hay conexión con el servidor. Se reintenta solo en 1 s.");
    await browser.clock.pass(2000);
    assert.match(upload.note, /en 1 s\.$/);
    await browser.clock.pass(90_000);
    assert.deepEqual(moments, [0, 1, 3, 7, 15, 30, 60, 90]);
  });

  test("goes on where the server is, which may have more or less than was told", async () => {
    const { upload, handed } = newUpload();
    const file = zip(2 * PIECE);
    server.breaks = 3 * MB; // of the first piece this much arrives, then the line breaks
    upload.start(file);
    await browser.clock.pass(1000);
    assert.deepEqual(server.pieces, [
      ["c1", 0, 3 * MB],
      ["c1", 3 * MB, PIECE],
      ["c1", 3 * MB + PIECE, PIECE - 3 * MB],
    ]);
    assert.deepEqual(handed, [["complete", "c1"]]);
  });

  test("is tried at once when the browser is online again", async () => {
    const { upload, handed } = newUpload();
    server.isAway = true;
    server.isBegun = true;
    upload.start(zip(5));
    await browser.clock.pass(7500);
    server.isAway = false;
    browser.send("online");
    await settled();
    assert.deepEqual(handed, [["complete", "c1"]]);
  });

  test("after a piece that arrived the waits begin anew", async () => {
    const { upload } = newUpload();
    server.faults = [
      [500, {}],
      [500, {}],
    ];
    server.holds = true;
    upload.start(zip(PIECE + 5));
    await browser.clock.pass(3000);
    server.held[0].finish();
    await settled();
    server.held[1].end(0, "");
    await settled();
    assert.match(upload.note, /en 1 s\.$/);
  });

  test("thirty seconds without a byte are taken for one", async () => {
    const { upload, handed } = newUpload();
    server.holds = true;
    upload.start(zip(5));
    await browser.clock.pass(29_000);
    assert.equal(server.held.length, 1);
    server.held[0].progress(3);
    await browser.clock.pass(29_000);
    assert.equal(upload.note, "");
    server.holds = false;
    await browser.clock.pass(2000);
    assert.deepEqual(handed, [["complete", "c1"]]);
  });

  test("the server's fault is told and tried again; what it took counts", async () => {
    const { upload, handed } = newUpload();
    server.faults = [[500, { error: "El servidor reinicia." }]];
    upload.start(zip(5));
    await settled();
    assert.match(upload.note, /^El servidor reinicia\. Se reintenta solo/);
    await browser.clock.pass(1000);
    assert.deepEqual(handed, [["complete", "c1"]]);
  });

  test("a piece that the server has already (409) is no fault", async () => {
    const { upload, handed } = newUpload();
    server.faults = [[409, { error: "Va en otro lugar.", received: 4 }]];
    await upload.start(zip(5));
    assert.deepEqual(server.pieces, [["c1", 4, 1]]);
    assert.equal(handed.length, 1);
  });
});

describe("a refusal ends the upload, or pauses it", () => {
  for (const status of [403, 415]) {
    test(`status ${status}: another file has to be chosen`, async () => {
      const { upload } = newUpload();
      server.faults = [[status, { error: "No es un zip." }]];
      await upload.start(zip(5));
      assert.deepEqual([upload.state, upload.told, remembered()], ["idle", "No es un zip.", null]);
    });
  }

  for (const status of [401, 413, 507]) {
    test(`status ${status}: it can be resumed`, async () => {
      const { upload, handed } = newUpload();
      server.faults = [[status, { error: "No hay lugar." }]];
      await upload.start(zip(5));
      assert.deepEqual([upload.state, upload.told, remembered().id], ["paused", "No hay lugar.", "c1"]);
      await upload.resume();
      assert.deepEqual([upload.told, handed], ["", [["complete", "c1"]]]);
    });
  }

  test("a file that was changed meanwhile is not a lost connection", async () => {
    const { upload } = newUpload();
    const file = zip(5);
    server.isAway = true;
    server.isBegun = true;
    server.tried = () => {
      file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("changed", "NotReadableError")) });
    };
    await upload.start(file);
    assert.match(upload.told, /^El archivo cambió/);
    assert.deepEqual([upload.state, remembered()], ["idle", null]);
  });
});

describe("pausing, resuming and ending", () => {
  test("a pause keeps what arrived", async () => {
    const { upload, handed } = newUpload();
    server.holds = true;
    upload.start(zip(PIECE + 5));
    await settled();
    server.held[0].finish();
    await settled();
    upload.pause();
    await settled();
    assert.deepEqual([upload.state, upload.received, server.held[1].isAborted], ["paused", PIECE, true]);
    server.holds = false;
    await browser.clock.pass(60_000);
    assert.equal(server.pieces.length, 1);
    await upload.resume();
    assert.deepEqual(server.pieces.at(-1), ["c1", PIECE, 5]);
    assert.deepEqual(handed, [["complete", "c1"]]);
  });

  test("what is cancelled is deleted on the server and forgotten here", async () => {
    const { upload } = newUpload();
    server.holds = true;
    upload.start(zip(5));
    await settled();
    await upload.cancel();
    assert.deepEqual([upload.state, server.deleted, remembered()], ["idle", ["c1"], null]);
  });

  test("an answer that comes once it is cancelled says and changes nothing", async () => {
    for (const end of [(request) => request.finish(), (request) => request.end(415, '{"error":"No es un zip."}')]) {
      const { upload } = newUpload();
      server.holds = true;
      upload.start(zip(5));
      await settled();
      end(server.held.at(-1));
      upload.cancel();
      await settled();
      assert.deepEqual([upload.state, upload.received, upload.told], ["idle", 0, ""]);
    }
  });

  test("cancelled while it is announced, it is deleted once it is known", async () => {
    const { upload } = newUpload();
    const { fetch } = globalThis;
    let arrive;
    globalThis.fetch = async (...all) => {
      if (all[1].method === "POST") await new Promise((resolve) => (arrive = resolve));
      return fetch(...all);
    };
    const starting = upload.start(zip(5));
    await settled();
    await upload.cancel();
    arrive();
    await starting;
    assert.deepEqual([upload.state, server.pieces, server.deleted], ["idle", [], ["c1"]]);
  });
});

describe("after a reload", () => {
  test("the same file goes on where it was left", async () => {
    const first = newUpload();
    server.holds = true;
    first.upload.start(zip(PIECE + 5));
    await settled();
    server.held[0].finish();
    await settled();
    const { upload, handed } = newUpload();
    await upload.look();
    assert.deepEqual([upload.half.name, upload.half.received], ["lote.zip", PIECE]);
    server.holds = false;
    await upload.start(zip(PIECE + 5));
    assert.deepEqual(server.pieces.at(-1), ["c1", PIECE, 5]);
    assert.equal(server.begun.length, 1);
    assert.deepEqual([handed, upload.half], [[["complete", "c1"]], null]);
  });

  test("another file, or the same one changed, begins anew", async () => {
    for (const [name, modified] of [
      ["otro.zip", 1],
      ["lote.zip", 2],
    ]) {
      localStorage.setItem(
        "dictamen-carga-letras",
        JSON.stringify({ id: "old", name: "lote.zip", size: 5, modified: 1 }),
      );
      const { upload } = newUpload();
      await upload.start(zip(5, name, modified));
      assert.equal(server.asked.includes("old"), false);
    }
    assert.equal(server.begun.length, 2);
  });

  test("one that the server no longer knows begins anew", async () => {
    localStorage.setItem(
      "dictamen-carga-letras",
      JSON.stringify({ id: "old", name: "lote.zip", size: 5, modified: 1 }),
    );
    const { upload, handed } = newUpload();
    await upload.start(zip(5));
    assert.deepEqual([server.asked, handed], [["old"], [["complete", "c1"]]]);
  });

  test("one that is gone, or is whole already, is no longer told of", async () => {
    for (const known of [{ id: "old" }, { id: "c9" }]) {
      server.uploads.set("c9", { received: 5, size: 5 });
      localStorage.setItem(
        "dictamen-carga-letras",
        JSON.stringify({ ...known, name: "lote.zip", size: 5, modified: 1 }),
      );
      const { upload } = newUpload();
      await upload.look();
      assert.deepEqual([upload.half, remembered()], [null, null]);
    }
  });

  test("without the browser's storage it goes on all the same", async () => {
    Object.defineProperty(globalThis, "localStorage", {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
      configurable: true,
    });
    const { upload, handed } = newUpload();
    await upload.look();
    await upload.start(zip(5));
    assert.equal(handed.length, 1);
  });
});
