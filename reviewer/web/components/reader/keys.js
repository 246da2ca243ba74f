// The reader's keys, which work wherever the focus is on the page, as long as nobody is typing.

const TYPED_IN =
  "input:not([type=radio],[type=checkbox],[type=button]), textarea, select, [contenteditable=true], " +
  "[role=textbox], [role=combobox], [role=listbox], [role=menu]";

function isTyping(event) {
  const [target] = event.composedPath();
  return target instanceof Element && target.closest(TYPED_IN) !== null;
}

export function readerKey(reader, event) {
  if (event.key === "Escape" && reader.pins.placing) reader.pins.toggle(false);
  const inside = event.composedPath().includes(reader.root);
  const command = (event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph");
  if (event.defaultPrevented || !reader.current || document.querySelector("[role=dialog]")) return;
  if (
    command &&
    inside &&
    !reader.reading.isText &&
    event.key.toLowerCase() === "f" &&
    !event.shiftKey &&
    !event.altKey
  ) {
    event.preventDefault();
    reader.search.open();
    return;
  }
  if (command || (event.altKey && !event.getModifierState("AltGraph")) || isTyping(event)) return;
  if (!reader.keys && event.key.length === 1 && event.key !== " ") return;
  const action = anywhere(reader)[event.key] ?? whenFree(reader, event, inside)[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

const scrollBy = (reader, part) => () =>
  reader.scroller.scrollBy({ top: reader.scroller.clientHeight * part, behavior: "instant" });

const anywhere = (reader) => ({
  "+": () => reader.zoomStep(1),
  "=": () => reader.zoomStep(1),
  "-": () => reader.zoomStep(-1),
  0: () => reader.fit("width"),
  f: () => reader.fit("page"),
  "[": () => reader.step(-1),
  "]": () => reader.step(1),
  "/": () => reader.search.open(),
  ".": () => reader.goTo(reader.page + 1),
  ",": () => reader.goTo(reader.page - 1),
  g: () => reader.turnPage(),
  t: () => reader.chooseView("text"),
  T: () => reader.chooseView("both"),
  G: () => reader.turnAll(),
  m: () => reader.pins.placeHere(),
  PageDown: scrollBy(reader, 0.9),
  PageUp: scrollBy(reader, -0.9),
});

// Keys that belong to the element in focus, unless there is none or it is a button of the reader. On the sheet itself
// the browser scrolls.
function whenFree(reader, event, inside) {
  const [target] = event.composedPath();
  const onNothing = target === document.body;
  if (!onNothing && !(inside && target !== reader.scroller)) return {};
  return {
    ArrowDown: scrollBy(reader, 0.1),
    ArrowUp: scrollBy(reader, -0.1),
    Home: () => reader.goTo(1),
    End: () => reader.goTo(reader.views.length),
    ...(onNothing ? { " ": scrollBy(reader, 0.9) } : {}),
  };
}
