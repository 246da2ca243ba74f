import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Search } from "#components/reader/search.js";
import { foldQuery, PageText } from "#components/reader/text.js";
import { settled, useBrowser } from "../browser.js";

const browser = useBrowser();

// A page of lines of words, each word a tenth of the page wide for each of its letters.
function page(...lines) {
  const placed = lines.map((line, row) => {
    let left = 0;
    return line.split(" ").map((word) => {
      const box = [word, left / 10, row / 10, (left + word.length) / 10, (row + 1) / 10];
      left += word.length + 1;
      return box;
    });
  });
  return new PageText(placed);
}

const find = (text, query) => text.find(foldQuery(query));
const rounded = (hits) => hits.map((boxes) => boxes.map((box) => box.map((each) => Number(each.toFixed(3)))));

describe("the text of a page", () => {
  test("a hit is told as a box of the letters found", () => {
    assert.deepEqual(rounded(find(page("la voz"), "voz")), [[[0.3, 0, 0.6, 0.1]]]);
    assert.deepEqual(rounded(find(page("la voz"), "oz")), [[[0.4, 0, 0.6, 0.1]]]);
    assert.deepEqual(find(page("la voz"), "luz"), []);
  });

  test("case, accents and the shape of quotes make no difference", () => {
    for (const query of ["CORAZÓN", "corazon", "Corazón", "corazo\u0301n"]) {
      assert.equal(find(page("mi corazón"), query).length, 1, query);
      assert.equal(find(page("mi CORAZO\u0301N"), query).length, 1, query);
    }
    assert.equal(find(page("dijo “sí”"), '"sí"').length, 1);
    assert.equal(find(page("año"), "ano").length, 1);
  });

  test("a ligature is found by its letters, and its box is whole", () => {
    assert.deepEqual(rounded(find(page("ﬁn"), "fi")), [[[0, 0, 0.1, 0.1]]]);
  });

  test("a hit over words and lines has a box a line", () => {
    assert.deepEqual(rounded(find(page("la voz", "del mar"), "voz  del\nmar")), [
      [
        [0.3, 0, 0.6, 0.1],
        [0, 0.1, 0.7, 0.2],
      ],
    ]);
  });

  test("a word that a dash divides is found whole", () => {
    assert.equal(find(page("la dra-", "maturgia"), "dramaturgia").length, 1);
    assert.equal(find(page("bien-venida"), "bienvenida").length, 1);
    assert.equal(find(page("dra- maturgia"), "dramaturgia").length, 0);
  });

  test("hits do not overlap", () => {
    assert.equal(find(page("aaaa"), "aa").length, 2);
  });

  test("its plain form keeps words and lines", () => {
    assert.equal(page("la voz", "del mar").plain, "la voz\ndel mar");
  });
});

describe("searching a document", () => {
  let reader;
  let search;
  let input;
  let count;

  beforeEach(() => {
    const part = (more = {}) => Object.assign(new EventTarget(), { textContent: "", focus() {}, select() {}, ...more });
    input = part({ value: "" });
    count = part();
    const buttons = { before: part(), after: part(), close: part() };
    const panel = {
      hidden: true,
      contains: () => true,
      getRootNode: () => ({ activeElement: input }),
      querySelector: (selector) =>
        ({
          input,
          output: count,
          "[data-do=hit-before]": buttons.before,
          "[data-do=hit-after]": buttons.after,
          "[data-do=close]": buttons.close,
        })[selector],
    };
    reader = { page: 1, views: [], texts: null, shown: [], focused: 0, buttons, panel };
    reader.scrollToHit = (view, boxes) => reader.shown.push([view.number, boxes]);
    reader.focusSheet = () => {
      reader.focused += 1;
    };
    search = new Search(panel, reader);
  });

  function open(...texts) {
    reader.views = texts.map((_, index) => ({
      number: index + 1,
      marks: null,
      showHits(hits, current) {
        this.marks = [hits.length, current !== null && hits.includes(current)];
      },
    }));
    reader.texts = {
      load: async (number) => {
        if (texts[number - 1] === null) throw new Error("gone");
        return texts[number - 1];
      },
    };
  }

  async function type(words) {
    search.open();
    input.value = words;
    input.dispatchEvent(new Event("input"));
    await browser.clock.pass(150);
    await settled();
  }

  function press(key, more = {}) {
    input.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key, ...more }));
  }

  test("begins with the page in sight, and steps over all hits, around the end", async () => {
    open(page("voz"), page("nada"), page("voz voz"));
    reader.page = 2;
    await type("voz");
    assert.equal(count.textContent, "2 de 3");
    press("Enter");
    assert.equal(count.textContent, "3 de 3");
    press("Enter");
    assert.equal(count.textContent, "1 de 3");
    press("Enter", { shiftKey: true });
    assert.equal(count.textContent, "3 de 3");
    reader.buttons.before.dispatchEvent(new Event("click"));
    reader.buttons.after.dispatchEvent(new Event("click"));
    assert.deepEqual(
      reader.shown.map(([number]) => number),
      [3, 3, 1, 3, 3, 3],
    );
    assert.deepEqual(
      reader.views.map(({ marks }) => marks),
      [
        [1, false],
        [0, false],
        [2, true],
      ],
    );
  });

  test("after the last page with a hit it begins with the first", async () => {
    open(page("voz"), page("nada"));
    reader.page = 2;
    await type("voz");
    assert.equal(count.textContent, "1 de 1");
  });

  test("while one types only the last words are searched for", async () => {
    open(page("voz"));
    let loads = 0;
    const { load } = reader.texts;
    reader.texts.load = (number) => {
      loads += 1;
      return load(number);
    };
    for (const words of ["v", "vo", "voz"]) {
      input.value = words;
      input.dispatchEvent(new Event("input"));
      await browser.clock.pass(100);
    }
    await browser.clock.pass(100);
    assert.deepEqual([loads, count.textContent], [1, "1 de 1"]);
  });

  test("an answer for words that have changed meanwhile is left aside", async () => {
    open(page("voz"), page("mar"));
    const waiting = [];
    const { load } = reader.texts;
    reader.texts.load = () => new Promise((resolve) => waiting.push(resolve));
    await type("voz");
    assert.equal(count.textContent, "Buscando…");
    reader.texts.load = load;
    input.value = "mar";
    input.dispatchEvent(new Event("input"));
    await browser.clock.pass(150);
    for (const resolve of waiting) resolve(page("voz"));
    await settled();
    assert.deepEqual([count.textContent, reader.shown.length, reader.shown[0][0]], ["1 de 1", 1, 2]);
  });

  test("says why nothing was found", async () => {
    open(page("voz"));
    await type("luz");
    assert.equal(count.textContent, "Sin resultados");
    open(new PageText([]));
    await type("luz");
    assert.equal(count.textContent, "Sin texto para buscar");
    open(page("voz"), null);
    await type("luz");
    assert.equal(count.textContent, "No se pudo leer el texto");
    await type("   ");
    assert.equal(count.textContent, "");
  });

  test("a page that cannot be read does not hide hits on others", async () => {
    open(null, page("voz"));
    await type("voz");
    assert.equal(count.textContent, "1 de 1");
  });

  test("another document is searched for the same words", async () => {
    open(page("voz"));
    await type("voz");
    open(page("mar"), page("voz voz"));
    search.restart();
    await settled();
    assert.equal(count.textContent, "1 de 2");
  });

  test("closing takes the marks away and gives the focus back", async () => {
    open(page("voz"));
    await type("voz");
    press("Escape");
    assert.equal(search.isOpen, false);
    assert.deepEqual([reader.views[0].marks, reader.focused, count.textContent], [[0, false], 1, ""]);
    search.open();
    await settled();
    assert.equal(count.textContent, "1 de 1");
  });
});
