// The text of a page in a form that can be searched. Words come as lines of [text, x0, y0, x1, y1], boxes in fractions
// of the upright page.

const DASHES = /[-\u00ad\u2010-\u2015]/gu;
const DIVIDED = /[-\u00ad\u2010\u2011]$/u; // a word that goes on in the next line
const SINGLE_QUOTES = /[\u2018\u2019\u00b4`]/gu;
const DOUBLE_QUOTES = /[\u201c\u201d\u00ab\u00bb]/gu;

// Case, accents, ligatures, dashes and the shape of quotes make no difference when searching.
const fold = (text) =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/gu, "")
    .replace(DASHES, "")
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .toLowerCase();

export const foldQuery = (text) => fold(text).replace(/\s+/gu, " ").trim();

// How sure a machine was (0 to 1) that read a page.
export const machineText = (machine) => `leído por máquina, ${Math.floor(machine * 100)} % de certeza`;

export class PageText {
  #folded = null;

  // `machine`: how sure (0 to 1) the machine was that read some of the words; null where none was read by one.
  constructor(lines, machine = null) {
    this.lines = lines;
    this.machine = machine;
  }

  get plain() {
    return this.lines.map((line) => line.map(([text]) => text).join(" ")).join("\n");
  }

  // The places of the query (folded): for each hit, boxes in fractions of the page, one for each line it spans.
  find(query) {
    this.#folded ??= this.#fold();
    const { text, places } = this.#folded;
    const hits = [];
    for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
      hits.push(this.#boxes(places.slice(at, at + query.length)));
    }
    return hits;
  }

  // One string for the whole page, and for each of its letters [line, word, letter within the word].
  // A word that a dash divides at the end of a line is joined.
  #fold() {
    let text = "";
    const places = [];
    const add = (letters, place) => {
      for (const letter of letters) {
        text += letter;
        places.push(place);
      }
    };
    for (const [l, line] of this.lines.entries()) {
      for (const [w, [word]] of line.entries()) {
        const before = text.length;
        const signs = [...word];
        for (const [at, sign] of signs.entries()) add(fold(sign), [l, w, at]);
        const isDivided = w === line.length - 1 && DIVIDED.test(word);
        if (text.length > before && !isDivided) add(" ", [l, w, signs.length]);
      }
    }
    return { text, places };
  }

  #boxes(places) {
    const boxes = new Map();
    for (const [l, w, letter] of places) {
      const [text, x0, y0, x1, y1] = this.lines[l][w];
      const length = [...text].length;
      if (letter >= length) continue;
      const left = x0 + ((x1 - x0) * letter) / length;
      const right = x0 + ((x1 - x0) * (letter + 1)) / length;
      const box = boxes.get(l);
      boxes.set(
        l,
        box
          ? [Math.min(box[0], left), Math.min(box[1], y0), Math.max(box[2], right), Math.max(box[3], y1)]
          : [left, y0, right, y1],
      );
    }
    return [...boxes.values()];
  }
}
