// The facts of an application, each with where it was found in the documents.

import { make } from "./elements.js";

// `found`: what the search in the documents answered; null as long as there is no answer, and where it `failed`.
export function drawFacts(body, data, { found, failed }) {
  const rows = data.facts.map(({ key, label, value, note }) => {
    const row = make("tr");
    const said = make("td", value || "—", { class: "value" });
    if (note) said.append(make("span", note, { class: "note" }));
    const cell = make("td");
    if (data.searched.includes(key)) cell.append(signFor(key, { found, failed }));
    row.append(make("th", label, { scope: "row" }), said, cell);
    return row;
  });
  body.replaceChildren(...rows);
}

export function drawSilent(line, labels) {
  line.hidden = !labels.length;
  line.textContent = `Sin texto para buscar, es una imagen: ${labels.join(", ")}. Compare a la vista.`;
}

// What the cell of a fact says: { sign, words, isPlace }; a place can be shown in the reader.
export function signOf(key, { found, failed }) {
  if (!found) return { sign: "silent", words: failed ? "no se pudo buscar" : "buscando…" };
  const { sign, other, places } = found.facts[key];
  const known = Object.keys(found.labels).length;
  if (!known) return { sign: "silent", words: "sin documentos" };
  if (sign === "missing" && found.silent.length === known) return { sign: "silent", words: "sin texto" };
  const where = places.length ? `${found.labels[places[0].document]}, p. ${places[0].page}` : "";
  const more = places.length > 1 ? ` y ${places.length - 1} más` : "";
  const words = {
    found: where + more,
    part: `en parte: ${where}`,
    other: `dice ${other}: ${where}`,
    missing: "no aparece en el texto",
    not_asked: "",
  }[sign];
  return { sign, words, isPlace: places.length > 0 };
}

function signFor(key, search) {
  const { sign, words, isPlace } = signOf(key, search);
  if (!isPlace) return make("span", words, { class: "sign", "data-sign": sign });
  const button = make("button", words, { type: "button", class: "sign", "data-sign": sign, "data-show": key });
  button.title = "Mostrar en el documento";
  return button;
}
