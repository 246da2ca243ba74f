// Covers that coordinators draw for the jury, over the picture as it was submitted: drawing, terms, withdrawing, undoing.

import { COORDINATE_SCALE } from "../shared/pin_events.js";
import { uprightPoint } from "./geometry.js";
import { percent } from "./words.js";

const LEAST = 0.004; // of the page: a click is no cover

const make = (tag, text, attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

// The box between two points of the upright page, in ten-thousandths; null where it is too small to be meant.
export function boxBetween(one, other) {
  const side = (value) => Math.round(Math.min(Math.max(value, 0), 1) * COORDINATE_SCALE);
  const [x0, x1] = [one.x, other.x].sort((a, b) => a - b);
  const [y0, y1] = [one.y, other.y].sort((a, b) => a - b);
  return x1 - x0 < LEAST || y1 - y0 < LEAST ? null : [side(x0), side(y0), side(x1), side(y1)];
}

export class ReaderCovers {
  #covers = [];
  #begin = null;
  #withdrawn = null;

  // `reader`: { root, sheet, views, current, bar }; `ask(id, what, content)` fetches or, with content, sends.
  constructor(reader, panel, ask, on) {
    Object.assign(this, { reader, panel, ask });
    this.button = reader.bar.querySelector("[data-do=cover]");
    this.list = panel.querySelector("ul");
    this.note = panel.querySelector("output");
    this.undo = panel.querySelector("[data-do=undo]");
    const input = panel.querySelector("input");
    on(panel, "submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) this.#add({ term: input.value }).then((added) => added && panel.reset());
    });
    on(panel, "keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // the dialog that the reader stands in stays
      this.toggle(false);
      reader.focusSheet();
    });
    on(panel, "click", ({ target }) => this.#clicked(target.closest("button")?.dataset ?? {}));
    on(reader.sheet, "pointerdown", (event) => this.#down(event), { capture: true });
    on(window, "pointermove", (event) => this.#move(event));
    on(window, "pointerup", (event) => this.#up(event));
  }

  allow(isAllowed) {
    this.isAllowed = isAllowed;
    if (!isAllowed) this.button.hidden = true;
  }

  // Shows the covers of the document that is open; one that the jury does not read has none.
  async open() {
    this.#covers = [];
    this.button.hidden = true;
    this.#tellUndo(null);
    const { current } = this.reader;
    if (!this.isAllowed || !current) return this.toggle(false);
    try {
      const { covers } = await this.ask(current.id, "cubiertas");
      if (current !== this.reader.current) return;
      this.button.hidden = false;
      this.#show(covers);
    } catch {
      if (current === this.reader.current) this.toggle(false);
    }
  }

  toggle(isOpen = this.panel.hidden) {
    this.panel.hidden = !isOpen;
    this.reader.root.toggleAttribute("data-covering", isOpen);
    this.button.setAttribute("aria-pressed", String(isOpen));
    this.note.textContent = "";
    if (isOpen) this.panel.querySelector("input").focus();
    else this.#begin = null;
  }

  #show(covers) {
    this.#covers = covers;
    for (const view of this.reader.views) {
      view.showCovers(covers.filter(({ page }) => page === view.number).map(({ box }) => this.#mark(box)));
    }
    this.list.replaceChildren(
      ...covers.map(({ id, page, term, author }) => {
        const item = make("li", term ? `«${term}» en toda la postulación` : `Página ${page}`, { title: author });
        item.append(make("button", "Retirar", { type: "button", "data-withdraw": id }));
        return item;
      }),
    );
  }

  #mark([x0, y0, x1, y1]) {
    const mark = make("div", "", { class: "cover" });
    const place = [x0, y0, x1 - x0, y1 - y0].map((side) => percent(side / COORDINATE_SCALE));
    ["left", "top", "width", "height"].forEach((side, index) => {
      mark.style[side] = place[index];
    });
    return mark;
  }

  #tellUndo(id) {
    this.#withdrawn = id;
    this.undo.hidden = id === null;
  }

  async #add(content) {
    const added = await this.#send("cubiertas", content, "Cubierto: el jurado ya no lo ve.");
    if (added) this.#tellUndo(null);
    return added;
  }

  async #clicked({ withdraw, do: action }) {
    if (action === "close") this.toggle(false);
    if (withdraw && (await this.#send(`cubiertas/${withdraw}/estado`, { withdrawn: true }, "Retirada."))) {
      this.#tellUndo(withdraw);
    }
    if (action !== "undo" || !this.#withdrawn) return;
    const id = this.#withdrawn;
    if (await this.#send(`cubiertas/${id}/estado`, { withdrawn: false }, "Cubierto otra vez.")) this.#tellUndo(null);
  }

  async #send(what, content, confirmation) {
    try {
      const { covers } = await this.ask(this.reader.current.id, what, content);
      this.#show(covers);
      this.note.textContent = confirmation;
      return true;
    } catch (error) {
      this.note.textContent = error.message;
      return false;
    }
  }

  // --- drawing

  #down(event) {
    const page = event.target.closest(".page");
    if (this.panel.hidden || !page || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const view = this.reader.views[Number(page.dataset.page) - 1];
    this.#begin = { view, point: this.#pointOn(view, event) };
  }

  #pointOn(view, { clientX, clientY }) {
    return uprightPoint(view.element.getBoundingClientRect(), view.rotation, clientX, clientY);
  }

  #box(event) {
    const { view, point } = this.#begin;
    return boxBetween(point, this.#pointOn(view, event));
  }

  #move(event) {
    if (!this.#begin) return;
    const { view } = this.#begin;
    const box = this.#box(event);
    const boxes = this.#covers.filter(({ page }) => page === view.number).map((cover) => cover.box);
    view.showCovers([...boxes, ...(box ? [box] : [])].map((drawn) => this.#mark(drawn)));
  }

  #up(event) {
    if (!this.#begin) return;
    const { view } = this.#begin;
    const box = this.#box(event);
    this.#begin = null;
    if (box) this.#add({ page: view.number, box });
  }
}
