// Searching the current document: the panel, and the hits over all its pages.

import { foldQuery } from "./text.js";

const PAGES_READ_AT_ONCE = 4;

export class Search {
  #asked = 0;
  #timer = 0;
  #hits = [];
  #current = -1;

  // `reader`: { views, texts, page, scrollToHit(view, boxes), focusSheet() }
  constructor(panel, reader) {
    this.panel = panel;
    this.reader = reader;
    this.input = panel.querySelector("input");
    this.count = panel.querySelector("output");
    this.input.addEventListener("input", () => this.#later());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    panel.querySelector("[data-do=hit-before]").addEventListener("click", () => this.step(-1));
    panel.querySelector("[data-do=hit-after]").addEventListener("click", () => this.step(1));
    panel.querySelector("[data-do=close]").addEventListener("click", () => this.close());
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  open() {
    this.panel.hidden = false;
    this.input.focus();
    this.input.select();
    if (this.input.value && !this.#hits.length) this.#run();
  }

  close() {
    if (!this.isOpen) return;
    const hadFocus = this.panel.contains(this.panel.getRootNode().activeElement);
    this.panel.hidden = true;
    this.#forget();
    if (hadFocus) this.reader.focusSheet();
  }

  // Another document is shown: searches it for the same words.
  restart() {
    this.#forget();
    if (this.isOpen && this.input.value) this.#run();
  }

  step(by) {
    if (!this.#hits.length) return;
    this.#current = (this.#current + by + this.#hits.length) % this.#hits.length;
    this.#show();
    const { view, boxes } = this.#hits[this.#current];
    this.reader.scrollToHit(view, boxes);
  }

  #key(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  #later() {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#run(), 150);
  }

  #forget() {
    this.#asked += 1;
    window.clearTimeout(this.#timer);
    this.#hits = [];
    this.#current = -1;
    this.count.textContent = "";
    for (const view of this.reader.views) view.showHits([], null);
  }

  async #run() {
    this.#forget();
    const query = foldQuery(this.input.value);
    if (!query) return;
    const asked = this.#asked;
    const { views, texts } = this.reader;
    this.count.textContent = "Buscando…";
    const hits = [];
    let anyText = false;
    let anyMissing = false;
    for (let start = 0; start < views.length; start += PAGES_READ_AT_ONCE) {
      const some = views.slice(start, start + PAGES_READ_AT_ONCE);
      const read = await Promise.allSettled(some.map((view) => texts.load(view.number)));
      if (asked !== this.#asked) return;
      read.forEach(({ value: text }, index) => {
        anyMissing ||= !text;
        anyText ||= Boolean(text?.lines.length);
        for (const boxes of text?.find(query) ?? []) hits.push({ view: some[index], boxes });
      });
    }
    this.#hits = hits;
    if (hits.length) this.#begin();
    else if (anyMissing) this.count.textContent = "No se pudo leer el texto";
    else this.count.textContent = anyText ? "Sin resultados" : "Sin texto para buscar";
  }

  // Begins with the first hit on the page in sight or after it.
  #begin() {
    const first = this.#hits.findIndex(({ view }) => view.number >= this.reader.page);
    this.#current = Math.max(first, 0) - 1;
    this.step(1);
  }

  #show() {
    this.count.textContent = `${this.#current + 1} de ${this.#hits.length}`;
    const current = this.#hits[this.#current]?.boxes;
    for (const view of this.reader.views) {
      const own = this.#hits.filter((hit) => hit.view === view).map(({ boxes }) => boxes);
      view.showHits(own, current);
    }
  }
}
