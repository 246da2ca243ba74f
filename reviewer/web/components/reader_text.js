// The text of a page: a searchable form of it, and the transparent words that lie over the image.
// Words come as lines of [text, x0, y0, x1, y1], boxes in fractions of the upright page.

const DASHES = /[-\u00ad\u2010-\u2015]/gu;
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

const foldQuery = (text) => fold(text).replace(/\s+/gu, " ").trim();

class PageText {
  #folded = null;

  constructor(lines) {
    this.lines = lines;
  }

  get plain() {
    return this.lines.map((line) => line.map(([text]) => text).join(" ")).join("\n");
  }

  // Where the query (folded) stands: for each hit, boxes in fractions of the page, one for each line it spans.
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
    this.lines.forEach((line, l) =>
      line.forEach(([word], w) => {
        const before = text.length;
        let letter = 0;
        for (const sign of word) {
          for (const plain of fold(sign)) {
            text += plain;
            places.push([l, w, letter]);
          }
          letter += 1;
        }
        const divided = w === line.length - 1 && /[-\u00ad\u2010\u2011]$/u.test(word);
        if (text.length > before && !divided) {
          text += " ";
          places.push([l, w, letter]);
        }
      }),
    );
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

const percent = (fraction) => `${(fraction * 100).toFixed(3)}%`;

function markFor([x0, y0, x1, y1], className) {
  const mark = document.createElement("div");
  mark.className = className;
  mark.style.cssText = `left:${percent(x0)};top:${percent(y0)};width:${percent(x1 - x0)};height:${percent(y1 - y0)}`;
  return mark;
}

// Selectable words over the image of a page of this aspect (width / height). Sizes are relative to the layer,
// so that zooming needs nothing recomputed. Each word reaches up to the next one, so that a selection has no
// gaps and copies with its spaces and line ends.
function wordLayer(pageText, aspect) {
  const layer = document.createElement("div");
  layer.className = "words";
  layer.setAttribute("aria-hidden", "true");
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "100px sans-serif";
  for (const line of pageText.lines) {
    line.forEach(([text, x0, y0, x1, y1], index) => {
      const next = line[index + 1];
      const content = next ? `${text} ` : text;
      const width = (next && next[1] > x0 ? next[1] : x1) - x0;
      const natural = ((pen.measureText(content).width / 100) * (y1 - y0)) / aspect;
      const word = document.createElement("span");
      word.textContent = content;
      word.style.cssText =
        `left:${percent(x0)};top:${percent(y0)};font-size:${((y1 - y0) * 100).toFixed(3)}cqh;` +
        `transform:scaleX(${(natural > 0 ? width / natural : 1).toFixed(4)})`;
      layer.append(word);
    });
    layer.append(document.createElement("br"));
  }
  const rest = document.createElement("div");
  rest.className = "rest";
  layer.append(rest);
  return layer;
}

const selectionIn = (root) => root.getSelection?.() ?? document.getSelection();

// While dragging over the space between words, a browser takes the selection to the end of the page: words
// lie in no flow. So what fills that space is kept, in the order of the text, right beside the end that moves.
function holdSelection(root, before) {
  const selection = selectionIn(root);
  if (!selection?.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const movesStart =
    before !== null &&
    (range.compareBoundaryPoints(Range.END_TO_END, before) === 0 ||
      range.compareBoundaryPoints(Range.START_TO_END, before) === 0);
  const node = movesStart ? range.startContainer : range.endContainer;
  const word = (node instanceof Element ? node : node.parentElement)?.closest(".words span");
  const rest = word?.parentElement.querySelector(".rest");
  if (rest && movesStart) word.before(rest);
  else if (rest) word.after(rest);
  return range.cloneRange();
}
