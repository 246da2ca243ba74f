// The text of a page as paragraphs and headings, from lines of words and their places.
//
// Where lines are placed or ended on purpose (screenplays, verse, tables, lists), joining them would lose what they say: such
// a page keeps its lines and their indents.

const DIVIDED = /[-\u00ad\u2010\u2011]$/u;
const ENDS_SENTENCE = /[.:;!?…»”"')\]]$/u;
const LISTED = /^(?:[•·▪◦*–—-]|\d{1,2}[.)])$/u;
const LONGEST_HEADING = 80; // letters
const BLOCK = "\u2588";

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

// The share (0 to 1) of the values below which the result lies.
const quantile = (values, share) =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) * share)] ?? 0;

const lineOf = (words) => ({
  words: words.map(([text]) => text),
  x0: Math.min(...words.map(([, x0]) => x0)),
  y0: Math.min(...words.map(([, , y0]) => y0)),
  x1: Math.max(...words.map(([, , , x1]) => x1)),
  y1: Math.max(...words.map(([, , , , y1]) => y1)),
});

// What lines have in common: margins, height, and how far one begins below another.
function measure(lines) {
  const steps = lines.slice(1).map(({ y0 }, index) => y0 - lines[index].y0);
  return {
    left: quantile(
      lines.map(({ x0 }) => x0),
      0.1,
    ),
    right: quantile(
      lines.map(({ x1 }) => x1),
      0.9,
    ),
    height: median(lines.map(({ y0, y1 }) => y1 - y0)),
    step: median(steps.filter((step) => step > 0)),
  };
}

const isCentred = ({ x0, x1 }, { left, right }) =>
  x0 - left > 0.03 && Math.abs(x0 - left - (right - x1)) < 0.06 * (right - left);

// Lines that begin elsewhere than at the margin, and are neither centred nor the first of a paragraph.
const isPlaced = (line, index, lines, common) =>
  line.x0 - common.left > 0.04 &&
  !isCentred(line, common) &&
  (lines[index + 1]?.x0 ?? 1) - common.left > 0.04 - (index === lines.length - 1 ? 1 : 0);

// Lines beside another: cells of a table, or columns.
const isBeside = (line, index, lines) => {
  const before = lines[index - 1];
  return before !== undefined && line.y0 < before.y1 - (before.y1 - before.y0) * 0.5 && line.x0 > before.x1;
};

function hasLayout(lines, common) {
  const placed = lines.filter((line, index) => isPlaced(line, index, lines, common)).length;
  const beside = lines.filter((line, index) => isBeside(line, index, lines)).length;
  const full = lines.filter(({ x1 }) => x1 > common.right - 0.2 * (common.right - common.left)).length;
  const { length } = lines;
  return length >= 4 && (placed > length * 0.3 || beside > length * 0.2 || full < length * 0.4);
}

function beginsParagraph(line, before, common) {
  const isShort = before.x1 < common.right - 0.12 * (common.right - common.left);
  const ended = ENDS_SENTENCE.test(before.words.at(-1));
  const step = line.y0 - before.y0;
  const height = line.y1 - line.y0;
  const differs = Math.abs(height - (before.y1 - before.y0)) > 0.2 * common.height;
  return (
    step < -common.height || // another column
    step > 1.5 * common.step ||
    (step > 1.08 * common.step && (ended || isShort)) ||
    (isShort && ended) ||
    LISTED.test(line.words[0]) ||
    (line.x0 - before.x0 > 0.02 && (ended || isShort)) ||
    (differs && Math.abs(step) > 0.5 * common.height)
  );
}

// One text; a word that a dash divides at the end of a line is joined.
function joined(lines) {
  return lines.reduce((text, { words }) => {
    const next = words.join(" ");
    if (!text) return next;
    const continues = DIVIDED.test(text) && /^\p{Ll}/u.test(next);
    return continues ? text.replace(DIVIDED, "") + next : `${text} ${next}`;
  }, "");
}

const isLarge = (lines, common) => median(lines.map(({ y0, y1 }) => y1 - y0)) > 1.15 * common.height;

// Lines as they are; only larger ones are headings, since many stand alone.
function keptBlocks(lines, common) {
  const blocks = [];
  lines.forEach((line, index) => {
    const text = line.words.join(" ");
    if (isLarge([line], common) && text.length <= LONGEST_HEADING && !text.includes(BLOCK)) {
      blocks.push({ kind: "heading", text });
      return;
    }
    if (blocks.at(-1)?.kind !== "lines") blocks.push({ kind: "lines", lines: [] });
    const gap = index > 0 && line.y0 - lines[index - 1].y0 > 1.4 * common.step;
    blocks.at(-1).lines.push({ text, indent: Math.max(line.x0 - common.left, 0), gap });
  });
  return blocks;
}

function blockOf(lines, common) {
  const text = joined(lines);
  const stands =
    isLarge(lines, common) || isCentred(lines[0], common) || (/\p{Lu}{3}/u.test(text) && !/\p{Ll}/u.test(text));
  const isHeading =
    stands &&
    lines.length <= 2 &&
    text.length <= LONGEST_HEADING &&
    /\p{L}{3}/u.test(text) &&
    !/[.,;:]$/u.test(text) &&
    !text.includes(BLOCK);
  return { kind: isHeading ? "heading" : "paragraph", text };
}

// Blocks of a page's text: { kind: "heading" | "paragraph", text }, and { kind: "lines", lines } of { text, indent (a fraction
// of the page's width), gap (whether there is room above) } where the layout has to be kept. Lines are those of PageText.
export function reflow(pageLines) {
  const lines = pageLines.filter((words) => words.length).map(lineOf);
  if (!lines.length) return [];
  const common = measure(lines);
  if (hasLayout(lines, common)) return keptBlocks(lines, common);
  const groups = [];
  lines.forEach((line, index) => {
    if (index && !beginsParagraph(line, lines[index - 1], common)) groups.at(-1).push(line);
    else groups.push([line]);
  });
  const blocks = groups.map((group) => blockOf(group, common));
  // What nothing follows is no heading: a signature, a footer.
  for (let at = blocks.length - 1; at > 0 && blocks[at].kind === "heading"; at -= 1) blocks[at].kind = "paragraph";
  return blocks;
}
