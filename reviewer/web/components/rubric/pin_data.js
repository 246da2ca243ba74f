// Notes on pages as data. The rubric's item of a note is `pin:KEY`, its value the note as JSON in a fixed order, as the
// server compares it. A note without text does not exist.

export const PIN_ITEM = "pin:";

export const pinValue = ({ document: id, page, x, y, criterion, shared, text }) =>
  JSON.stringify({ document: id, page, x, y, criterion, shared, text });

// A key that no other note of this juror has, in this tab or another.
export function pinKey(now = Date.now()) {
  const random = Math.random().toString(36).slice(2, 10).padEnd(8, "0");
  return `${now.toString(36)}-${random}`;
}

// Every note there is: those of the items (`[name, value]`) and those just begun (`drafts`, by key), in the order in
// which `documents` are read.
export function collectPins(items, drafts, documents) {
  const found = new Map(drafts);
  for (const [name, value] of items) {
    if (!name.startsWith(PIN_ITEM)) continue;
    const pin = JSON.parse(value || "null");
    if (pin?.text) found.set(name.slice(PIN_ITEM.length), pin);
  }
  const order = (pin) => documents.findIndex(({ id }) => id === pin.document);
  return [...found]
    .map(([key, pin]) => ({ key, ...pin }))
    .sort((a, b) => order(a) - order(b) || a.page - b.page || a.y - b.y || a.key.localeCompare(b.key));
}
