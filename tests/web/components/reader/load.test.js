import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { ImageStore, LoadError, TextStore } from "#components/reader/load.js";
import { answer, settled, useBrowser } from "../browser.js";

useBrowser();
let requests;

// Each request waits until it is answered.
beforeEach(() => {
  requests = [];
  globalThis.fetch = (url, options) =>
    new Promise((resolve, reject) => requests.push({ url, options, resolve, reject }));
  URL.createObjectURL = ({ size }) => `blob:${size}`;
  URL.revokeObjectURL = () => {};
});

const image = (size = 1) => new Response(new Uint8Array(size), { headers: { "content-type": "image/webp" } });
const urls = () => requests.map(({ url }) => url);

describe("page images", () => {
  test("three at a time, the urgent first; one for later only where nothing else is fetched", async () => {
    const images = new ImageStore();
    images.load("later", { urgent: false });
    for (const url of ["1", "2", "3"]) images.load(url);
    assert.deepEqual(urls(), ["later", "1", "2"]);
    images.load("even later", { urgent: false });
    requests[0].resolve(image());
    await settled();
    assert.deepEqual(urls(), ["later", "1", "2", "3"]);
    for (const { resolve } of requests.slice(1, 3)) resolve(image());
    await settled();
    assert.equal(requests.length, 4);
    requests[3].resolve(image());
    await settled();
    assert.equal(urls().at(-1), "even later");
    assert.deepEqual(
      requests.map(({ options }) => options.priority),
      ["low", "high", "high", "high", "low"],
    );
  });

  test("each is fetched once, and kept", async () => {
    const images = new ImageStore();
    const [first, second] = [images.load("1"), images.load("1")];
    requests[0].resolve(image(3));
    assert.deepEqual(await Promise.all([first, second, images.load("1")]), ["blob:3", "blob:3", "blob:3"]);
    assert.equal(requests.length, 1);
  });

  test("one that is no longer wanted is not begun", async () => {
    const images = new ImageStore();
    for (const url of ["1", "2", "3"]) images.load(url);
    let isWanted = true;
    const gone = images.load("4", { wanted: () => isWanted });
    isWanted = false;
    requests[0].resolve(image());
    assert.equal(await gone, null);
    assert.equal(requests.length, 3);
  });

  test("beyond 64 MB those used longest ago are let go", async () => {
    const images = new ImageStore();
    const size = 30 * 1024 * 1024;
    const load = async (url) => {
      const loading = images.load(url);
      requests
        .at(-1)
        .resolve({ ok: true, headers: new Headers({ "content-type": "image/webp" }), blob: async () => ({ size }) });
      await loading;
    };
    await load("1");
    await load("2");
    images.get("1");
    await load("3");
    assert.deepEqual(
      ["1", "2", "3"].map((url) => images.get(url) !== undefined),
      [true, false, true],
    );
  });

  for (const [given, words, passing] of [
    [() => answer(403, {}), /ya no está a su cargo/, false],
    [() => answer(401, {}), /La sesión terminó/, false],
    [() => answer(404, {}), /no pudo entregarla/, false],
    [() => answer(502, "<html>"), /no pudo entregarla/, true],
    [() => answer(200, "<html>", { "content-type": "text/html" }), /no pudo entregarla/, true],
    [() => answer(503, "Está dañada.", { "content-type": "text/plain" }), /^Está dañada\.$/, false],
    [() => answer(503, "Espere.", { "content-type": "text/plain", "retry-after": "5" }), /^Espere\.$/, true],
    [() => answer(503, "<html>proxy", { "content-type": "text/html" }), /no pudo entregarla/, true],
  ]) {
    test(`a failure says whether it may pass: ${words.source}, ${passing}`, async () => {
      const loading = new ImageStore().load("1");
      requests[0].resolve(given());
      await assert.rejects(loading, (error) => {
        assert.ok(error instanceof LoadError);
        assert.match(error.message, words);
        assert.equal(error.passing, passing);
        return true;
      });
    });
  }

  test("one that failed is asked for again", async () => {
    const images = new ImageStore();
    const first = images.load("1");
    requests[0].reject(new TypeError("Failed to fetch"));
    await assert.rejects(first, { message: "No hay conexión con el servidor.", passing: true });
    const second = images.load("1");
    requests[1].resolve(image(2));
    assert.equal(await second, "blob:2");
  });
});

test("the text of a page is fetched once, and again only where that failed", async () => {
  const texts = new TextStore("d1");
  const first = texts.load(2);
  requests[0].reject(new TypeError("Failed to fetch"));
  await assert.rejects(first, LoadError);
  const second = texts.load(2);
  requests[1].resolve(answer(200, { lines: [[["voz", 0, 0, 1, 1]]] }));
  assert.equal((await second).plain, "voz");
  assert.equal(await texts.load(2), await second);
  assert.deepEqual(urls(), ["/documentos/d1/texto/2", "/documentos/d1/texto/2"]);
});

test("a text says how sure the machine was that read it", async () => {
  const texts = new TextStore("d");
  const pages = [texts.load(1), texts.load(2)];
  requests[0].resolve(answer(200, { lines: [[["Hola", 0, 0, 1, 1]]], machine: 0.973 }));
  requests[1].resolve(answer(200, { lines: [], machine: null }));
  const [read, own] = await Promise.all(pages);
  assert.deepEqual([read.machine, own.machine], [0.973, null]);
});
