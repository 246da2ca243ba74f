// The transparent words that lie over the image of a page, and the marks on it.

export const percent = (fraction) => `${(fraction * 100).toFixed(3)}%`;

export function markFor([x0, y0, x1, y1], className) {
  const mark = document.createElement("div");
  mark.className = className;
  mark.style.cssText = `left:${percent(x0)};top:${percent(y0)};width:${percent(x1 - x0)};height:${percent(y1 - y0)}`;
  return mark;
}

// Selectable words over the image of a page of this aspect (width / height). Sizes are relative to the layer,
// so that zooming needs nothing recomputed. Each word reaches up to the next one, so that a selection has no
// gaps and copies with its spaces and line ends.
export function wordLayer(pageText, aspect) {
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

export const selectionIn = (root) => root.getSelection?.() ?? document.getSelection();

// While dragging over the space between words, a browser extends the selection to the end of the page, since words are
// positioned outside the flow. So the element that fills that space is moved, in the order of the text, right beside the
// end of the selection that moves.
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

// Holds selections that begin on a word of the sheet, until the pointer is let go.
export function followSelection(sheet, on) {
  let selected = null;
  on(sheet, "pointerdown", ({ target }) => {
    selected = null;
    if (target.closest(".words span")) sheet.classList.add("selecting");
  });
  on(window, "pointerup", () => sheet.classList.remove("selecting"));
  on(document, "selectionchange", () => {
    if (sheet.classList.contains("selecting")) selected = holdSelection(sheet.getRootNode(), selected);
  });
}
