// Notes pinned to places of the pages: where they lie, and choosing a place for a new one. Their text belongs to the
// rubric, which is told through events of the window.

import { COORDINATE_SCALE, PINS, tell } from "../shared/pin_events.js";
import { uprightPoint } from "./geometry.js";
import { percent } from "./words.js";

const MARGIN = 9_700; // where marks stand, and where a note lies that was pinned with a key

const toFine = (value) => Math.round(Math.min(Math.max(value, 0), 1) * COORDINATE_SCALE);

// The place of the upright page under a point of the screen, as notes keep it.
export function uprightPlace(box, rotation, clientX, clientY) {
  const { x, y } = uprightPoint(box, rotation, clientX, clientY);
  return { x: toFine(x), y: toFine(y) };
}

export class ReaderPins {
  #pins = [];

  // `reader`: { root, sheet, views, current, page, goTo(number), showDocument(id) }
  constructor(reader, on) {
    this.reader = reader;
    this.placing = false;
    this.button = reader.bar.querySelector("[data-do=pin]");
    on(window, PINS.shown, ({ detail }) => this.#show(detail));
    on(window, PINS.look, ({ detail }) => this.#look(detail));
    on(reader.sheet, "click", (event) => this.#clicked(event), { capture: true });
    tell(PINS.wanted);
  }

  allow(isAllowed) {
    this.button.hidden = !isAllowed;
  }

  // Draws the notes of the document that is open.
  draw() {
    const here = this.#pins.filter(({ document: id }) => id === this.reader.current?.id);
    for (const view of this.reader.views) {
      view.showPins(
        here.filter(({ page }) => page === view.number).flatMap((pin) => [this.#dot(pin), this.#mark(pin)]),
      );
    }
  }

  toggle(isPlacing = !this.placing) {
    this.placing = isPlacing;
    this.reader.root.toggleAttribute("data-placing", isPlacing);
    this.button.setAttribute("aria-pressed", String(isPlacing));
  }

  // Without a pointer: in the margin, beside the text in the middle of the window.
  placeHere() {
    const { sheet, views, page } = this.reader;
    const view = views[page - 1];
    if (!view || this.button.hidden) return;
    const rect = sheet.getBoundingClientRect();
    const { left, width } = view.element.getBoundingClientRect();
    this.#place(view, left + (width * MARGIN) / COORDINATE_SCALE, rect.top + rect.height * 0.4);
  }

  // The place itself, so small that it hides no text.
  #dot({ x, y, current }) {
    const dot = document.createElement("span");
    dot.className = "dot";
    dot.toggleAttribute("data-current", current);
    dot.style.cssText = `left:${percent(x / COORDINATE_SCALE)};top:${percent(y / COORDINATE_SCALE)}`;
    return dot;
  }

  // In the margin, at the height of the place.
  #mark({ key, y, number, text, current }) {
    const mark = document.createElement("button");
    Object.assign(mark, { type: "button", className: "pin", textContent: number, title: text });
    mark.setAttribute("aria-label", `Nota ${number}: ${text || "sin texto"}`);
    mark.toggleAttribute("data-current", current);
    mark.style.cssText = `left:${percent(MARGIN / COORDINATE_SCALE)};top:${percent(y / COORDINATE_SCALE)}`;
    mark.addEventListener("click", () => tell(PINS.open, { key }));
    return mark;
  }

  #show({ pins }) {
    this.#pins = pins;
    this.draw();
  }

  #look({ document: id, page, y }) {
    this.reader.showDocument(id);
    const view = this.reader.views[page - 1];
    if (view) this.reader.scrollToHit(view, [[0, y / COORDINATE_SCALE, 1, y / COORDINATE_SCALE]]);
  }

  #clicked(event) {
    const page = event.target.closest(".page");
    if (!this.placing || !page) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle(false);
    this.#place(this.reader.views[Number(page.dataset.page) - 1], event.clientX, event.clientY);
  }

  #place(view, clientX, clientY) {
    const place = uprightPlace(view.element.getBoundingClientRect(), view.rotation, clientX, clientY);
    tell(PINS.place, { document: this.reader.current.id, page: view.number, ...place });
  }
}
