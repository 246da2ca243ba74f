// The document as text: reflowed, large, with headings and paragraphs, covered like the picture. It takes the place of the
// picture or stands beside it.

import { reflow } from "./reflow.js";
import { machineText } from "./text.js";

const COVERED = /(\u2588+(?:\s+\u2588+)*)/u;
const SIZES = [1, 1.2, 1.45, 1.75, 2.1, 2.6]; // rem
const KEPT = "dictamen-lector";

const make = (tag, text = "", attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

// The text with what is covered in it, which a screen reader calls so.
function withCovers(tag, text) {
  const element = make(tag);
  for (const part of text.split(COVERED)) {
    const isCover = COVERED.test(part);
    if (part) element.append(isCover ? make("span", "█████", { role: "img", "aria-label": "cubierto" }) : part);
  }
  return element;
}

function elementsOf(block) {
  if (block.kind === "heading") return [withCovers("h3", block.text)];
  if (block.kind === "paragraph") return [withCovers("p", block.text)];
  const kept = make("div", "", { class: "kept" });
  for (const { text, indent, gap } of block.lines) {
    const line = withCovers("p", text);
    line.style.paddingInlineStart = `${(indent * 100).toFixed(1)}%`;
    line.toggleAttribute("data-gap", gap);
    kept.append(line);
  }
  return [kept];
}

export class Reading {
  #nearness = null;
  #sections = [];

  // `changed()` is called where another view was chosen, `moved()` where the text was scrolled.
  constructor(root, element, { changed, moved }) {
    Object.assign(this, { root, element, changed });
    const kept = this.#kept();
    this.size = SIZES.includes(kept.size) ? kept.size : SIZES[1];
    this.view = kept.view === "text" ? "text" : "image";
    element.addEventListener("scroll", () => window.requestAnimationFrame(moved), { passive: true });
    this.#apply();
  }

  get isText() {
    return this.view === "text";
  }

  // Shows the `image`, the `text` or `both`; where it is shown already, the image.
  choose(view) {
    this.view = this.view === view ? "image" : view;
    this.#apply();
    this.#keep();
    this.changed();
  }

  // Of a document: { id, total, texts } (a TextStore). The text of a page is fetched where it comes near.
  open(source) {
    this.#nearness?.disconnect();
    this.#sections = Array.from({ length: source?.total ?? 0 }, (_, index) => {
      const section = make("section", "", { "data-of-page": index + 1, "aria-label": `Página ${index + 1}` });
      section.append(make("h2", `Página ${index + 1}`), make("div", "", { class: "body", "data-state": "waiting" }));
      return section;
    });
    this.element.replaceChildren(...this.#sections);
    if (!source) return;
    const noted = (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) this.#load(target, source);
    };
    this.#nearness = new IntersectionObserver(noted, { root: this.element, rootMargin: "150% 0px" });
    for (const section of this.#sections) this.#nearness.observe(section);
  }

  // The number of the page that lies somewhat below the upper edge.
  get page() {
    const { top, height } = this.element.getBoundingClientRect();
    const seen = this.#sections.find((section) => section.getBoundingClientRect().bottom > top + height * 0.3);
    return Number((seen ?? this.#sections.at(-1))?.dataset.ofPage ?? 1);
  }

  goTo(number) {
    const section = this.#sections[number - 1];
    if (!section) return;
    const offset = section.getBoundingClientRect().top - this.element.getBoundingClientRect().top;
    this.element.scrollTo({ top: this.element.scrollTop + offset - 4, behavior: "instant" });
  }

  // Larger or smaller; returns the size in percent.
  resize(by) {
    const at = SIZES.indexOf(this.size) + by;
    this.size = SIZES[Math.min(Math.max(at, 0), SIZES.length - 1)];
    const { page } = this;
    this.#apply();
    this.goTo(page);
    this.#keep();
    return Math.round(this.size * 100);
  }

  #apply() {
    this.root.dataset.view = this.view;
    this.element.hidden = this.view === "image";
    this.element.style.fontSize = `${this.size}rem`;
  }

  async #load(section, source) {
    const body = section.querySelector(".body");
    if (body.dataset.state !== "waiting") return;
    body.dataset.state = "loading";
    const number = Number(section.dataset.ofPage);
    try {
      const text = await source.texts.load(number);
      body.replaceChildren(...this.#contentOf(text));
      if (text.machine !== null) {
        section.querySelector("h2").append(make("small", ` ${machineText(text.machine)}`));
      }
      body.dataset.state = "shown";
    } catch (error) {
      const retry = make("button", "Reintentar", { type: "button" });
      retry.addEventListener("click", () => this.#load(section, source));
      body.replaceChildren(make("p", `El texto no se pudo leer. ${error.message}`), retry);
      body.dataset.state = "waiting";
    }
  }

  #contentOf(text) {
    const blocks = reflow(text.lines);
    if (blocks.length) return blocks.flatMap(elementsOf);
    const look = make("button", "Ver la imagen", { type: "button" });
    look.addEventListener("click", () => this.choose("image"));
    return [make("p", "Esta página no tiene texto: es una imagen o está en blanco.", { class: "quiet" }), look];
  }

  // What a person prefers on this machine; nothing where the browser keeps nothing.
  #kept() {
    try {
      return JSON.parse(window.localStorage.getItem(KEPT)) ?? {};
    } catch {
      return {};
    }
  }

  #keep() {
    try {
      const view = this.view === "both" ? "image" : this.view;
      window.localStorage.setItem(KEPT, JSON.stringify({ view, size: this.size }));
    } catch {
      // It is as before after a reload.
    }
  }
}
