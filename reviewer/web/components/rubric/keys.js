// The rubric's keys, which work wherever the focus is on the page, as long as nobody is typing.

import { hasModifier, isCommandEnter, isWriting } from "../shared/typing.js";

export function rubricKey(rubric, event) {
  if (event.defaultPrevented || event.isComposing || document.querySelector("[role=dialog]")) return;
  if (rubric.help.open) return;
  const action = actionFor(rubric, event);
  if (!action) return;
  event.preventDefault();
  action();
}

function actionFor(rubric, event) {
  const inside = event.composedPath().includes(rubric.root);
  const writes = isWriting(event);
  if (isCommandEnter(event)) return inside || !writes ? () => event.repeat || rubric.moves.submit() : null;
  if (hasModifier(event)) return null;
  if (!writes) return plainKey(rubric, event.key, inside);
  return inside && event.key === "Escape" ? () => rubric.goTo(rubric.active) : null;
}

// The arrows belong to the document unless the focus is in the rubric.
function plainKey(rubric, key, inside) {
  if (!rubric.keys && key.length === 1) return null;
  if (/^[1-9]$/.test(key)) return rubric.has(Number(key)) ? () => rubric.scoreActive(Number(key)) : null;
  const anywhere = {
    j: () => rubric.goTo(rubric.active + 1),
    k: () => rubric.goTo(rubric.active - 1),
    n: () => rubric.writeNote(0),
    c: () => rubric.writeNote(1),
    e: () => rubric.showTab("scale"),
    o: () => rubric.press("skip"),
    a: () => rubric.press("flag"),
    "?": () => rubric.help.showModal(),
  };
  const within = {
    ArrowDown: anywhere.j,
    ArrowUp: anywhere.k,
    ArrowRight: () => rubric.look(1),
    ArrowLeft: () => rubric.look(-1),
  };
  return anywhere[key] ?? (inside ? within[key] : null) ?? null;
}
