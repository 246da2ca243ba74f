import assert from "node:assert/strict";
import { test } from "node:test";
import { reflow } from "#components/reader/reflow.js";

// Lines of a page: [text, left, top] with letters of this height; each letter is .01 wide.
const page = (...lines) =>
  lines.map(([text, x, y, height = 0.015]) => {
    let left = x;
    return text.split(" ").map((word) => {
      const box = [word, left, y, left + word.length * 0.01, y + height];
      left = box[3] + 0.01;
      return box;
    });
  });
const LONG = "Quiero escribir sobre la señora de los camarones y su camión de reparto";
const texts = (blocks) => blocks.map(({ kind, text }) => [kind, text]);

test("lines are joined to paragraphs, divided words to one", () => {
  const blocks = reflow(
    page(
      ["Exposición de motivos", 0.4, 0.05, 0.025],
      [LONG, 0.1, 0.12],
      [`${LONG.slice(0, -7)} pala-`, 0.1, 0.14],
      ["bra partida.", 0.1, 0.16],
      [LONG, 0.1, 0.18],
      ["y aquí termina.", 0.1, 0.2],
    ),
  );
  assert.deepEqual(texts(blocks), [
    ["heading", "Exposición de motivos"],
    ["paragraph", `${LONG} ${LONG.slice(0, -7)} palabra partida.`],
    ["paragraph", `${LONG} y aquí termina.`],
  ]);
});

test("room between lines and indents begin paragraphs; what is listed stands alone", () => {
  const blocks = reflow(
    page(
      [LONG, 0.1, 0.1],
      [LONG, 0.1, 0.12],
      [LONG, 0.1, 0.16],
      [`${LONG}.`, 0.1, 0.18],
      [LONG, 0.14, 0.2],
      [LONG, 0.1, 0.22],
      ["- una cosa", 0.1, 0.24],
      ["- otra cosa", 0.1, 0.26],
    ),
  );
  assert.equal(blocks.length, 5);
  assert.deepEqual(texts(blocks.slice(3)), [
    ["paragraph", "- una cosa"],
    ["paragraph", "- otra cosa"],
  ]);
});

test("a screenplay keeps its lines and indents", () => {
  const [block, ...more] = reflow(
    page(
      ["INT. COCINA - NOCHE", 0.1, 0.1],
      ["Ana mira la olla que hierve sobre la estufa y no dice nada a nadie.", 0.1, 0.12],
      ["ANA", 0.4, 0.16],
      ["Ya es tarde.", 0.28, 0.18],
      ["LUIS", 0.4, 0.22],
      ["No para mí.", 0.28, 0.24],
    ),
  );
  assert.equal(more.length, 0);
  assert.equal(block.kind, "lines");
  assert.deepEqual(
    block.lines.map(({ text }) => text),
    [
      "INT. COCINA - NOCHE",
      "Ana mira la olla que hierve sobre la estufa y no dice nada a nadie.",
      "ANA",
      "Ya es tarde.",
      "LUIS",
      "No para mí.",
    ],
  );
  assert.ok(block.lines[2].indent > block.lines[3].indent && block.lines[3].indent > 0.1);
  assert.ok(block.lines[2].gap && !block.lines[3].gap);
});

test("cells of a table keep their lines", () => {
  const rows = [0.1, 0.12, 0.14, 0.16].flatMap((y) => [
    ["Año y lugar", 0.1, y],
    ["Lo que hice", 0.5, y],
  ]);
  assert.equal(reflow(page(...rows))[0].kind, "lines");
});

test("lines that end on purpose are not joined", () => {
  const lines = [
    "Formación",
    "Secundaria",
    "Taller de crónica, 24 horas",
    "Experiencia",
    "2024 · editor de video en un canal",
  ];
  const blocks = reflow(
    page(["Semblanza", 0.1, 0.05, 0.03], ...lines.map((line, index) => [line, 0.1, 0.1 + index * 0.02])),
  );
  assert.deepEqual(blocks[0], { kind: "heading", text: "Semblanza" });
  assert.deepEqual(
    blocks[1].lines.map(({ text }) => text),
    lines,
  );
});

test("what is covered is no heading; a page without words has nothing", () => {
  const blocks = reflow(page([LONG, 0.1, 0.1], [LONG, 0.1, 0.12], ["\u2588\u2588\u2588\u2588\u2588", 0.4, 0.3]));
  assert.equal(blocks.at(-1).kind, "paragraph");
  assert.deepEqual(reflow([]), []);
});
