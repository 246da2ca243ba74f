// The keys of the screening page, which work wherever the focus is, as long as nobody is typing.

import { hasModifier, isCommandEnter, isWriting } from "../shared/typing.js";

const SHOWN_BY_KEY = { 1: "nombre", 2: "curp", 3: "fecha_nacimiento", 4: "codigo_postal" };

export function screeningKey(screening, event) {
  if (event.defaultPrevented || event.isComposing || event.repeat || document.querySelector("[role=dialog]")) return;
  if (screening.help.open) return;
  const action = screening.verdict ? reasonKey(screening, event) : plainKey(screening, event);
  if (!action) return;
  event.preventDefault();
  action();
}

// While the reason of a verdict is asked for.
function reasonKey(screening, event) {
  const inside = event.composedPath().includes(screening.root);
  if (!inside && isWriting(event)) return null;
  if (isCommandEnter(event)) return () => screening.confirm();
  return event.key === "Escape" && !hasModifier(event) ? () => screening.drop() : null;
}

function plainKey(screening, event) {
  if (hasModifier(event) || isWriting(event) || !screening.data.keys) return null;
  const fact = SHOWN_BY_KEY[event.key];
  if (fact) return () => screening.show(fact);
  return {
    e: () => screening.choose("eligible"),
    n: () => screening.choose("ineligible"),
    p: () => screening.choose("asked"),
    s: () => screening.skip(),
    z: () => screening.undo(),
    "?": () => screening.help.showModal(),
  }[event.key.toLowerCase()];
}
