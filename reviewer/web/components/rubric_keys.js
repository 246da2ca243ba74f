// The rubric's keys work wherever the focus is on the page, as long as nobody is typing.

const WRITES = "input:not([type=radio],[type=checkbox],[type=button]), textarea, select, [contenteditable=true]";
const NOTHING_HELD = ["ctrlKey", "metaKey", "altKey"];

function rubricKey(rubric, event) {
  const [target] = event.composedPath();
  const inside = event.composedPath().includes(rubric.root);
  const writes = target instanceof Element && target.closest(WRITES) !== null;
  if (event.defaultPrevented || event.isComposing || document.querySelector("[role=dialog]")) return;
  if (rubric.help.open) return;
  let action = null;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (inside || !writes) action = () => event.repeat || rubric.submit();
  } else if (NOTHING_HELD.some((held) => event[held])) {
    return;
  } else if (writes) {
    if (inside && event.key === "Escape") action = () => rubric.goTo(rubric.active);
  } else {
    action = plainKey(rubric, event.key, inside);
  }
  if (!action) return;
  event.preventDefault();
  action();
}

// Up and down belong to the document unless the focus is in the rubric.
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
