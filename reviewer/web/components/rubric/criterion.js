// A criterion with its levels: shows what it is given and reports what the juror chooses.

import { paintClash } from "./clash.js";
import { make } from "./elements.js";
import { spokenTime } from "./words.js";

export class Criterion {
  #preview = null;

  constructor({ key, label, share, levels }, { choose, settle }) {
    this.key = key;
    this.label = label;
    this.words = new Map(levels.map(({ value, words }) => [value, words]));
    this.spoken = make("p", { className: "words" });
    this.clash = make("div", { className: "clash", hidden: true });
    this.clash.setAttribute("role", "alert");
    this.buttons = levels.map((level) => this.#button(level, choose));
    const group = make("div", { className: "levels" }, ...this.buttons);
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-labelledby", `label-${key}`);
    this.all = make(
      "dl",
      { className: "all", hidden: true },
      ...levels.flatMap(({ value, words }) => [make("dt", { textContent: value }), make("dd", { textContent: words })]),
    );
    this.unfold = make("button", { type: "button", className: "link", textContent: "Ver niveles" });
    this.unfold.setAttribute("aria-expanded", "false");
    this.unfold.setAttribute("aria-label", `Ver los niveles de ${label}`);
    this.unfold.addEventListener("click", () => this.#toggle());
    const head = make(
      "p",
      { className: "head" },
      make("span", { id: `label-${key}`, className: "label", textContent: label }),
      make("span", { className: "share", textContent: ` · ${share} %` }),
      this.unfold,
    );
    this.element = make(
      "div",
      { className: "criterion", dataset: { key } },
      head,
      group,
      this.spoken,
      this.all,
      this.clash,
    );
    this.settle = settle;
  }

  #button({ value, words }, choose) {
    const button = make("button", { type: "button", textContent: value, dataset: { value } });
    button.setAttribute("role", "radio");
    button.setAttribute("aria-label", `${value}: ${words}`);
    const speakNoMore = () => {
      if (this.#preview === value) this.#preview = null;
      this.#speak();
    };
    button.addEventListener("pointerenter", () => {
      this.#preview = value;
      this.#speak();
    });
    for (const type of ["pointerleave", "blur"]) button.addEventListener(type, speakNoMore);
    button.addEventListener("click", () => choose(this, value));
    return button;
  }

  #toggle() {
    this.all.hidden = !this.all.hidden;
    this.spoken.hidden = !this.all.hidden;
    this.unfold.setAttribute("aria-expanded", String(!this.all.hidden));
    this.unfold.textContent = this.all.hidden ? "Ver niveles" : "Cerrar";
  }

  paint(value, { writable, clash, zone }) {
    this.value = value;
    const at = this.buttons.findIndex(({ dataset }) => Number(dataset.value) === value);
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-checked", String(index === at));
      button.setAttribute("aria-disabled", String(!writable));
      button.tabIndex = index === Math.max(at, 0) ? 0 : -1;
    });
    this.#speak();
    paintClash(
      this.clash,
      clash && {
        words: `En otra pestaña: ${clash.value} a las ${spokenTime(clash.at, zone).slice(0, 5)}.`,
        leave: `Dejar ${clash.value}`,
        put: `Poner ${value}`,
        settle: (mine) => this.settle(`score:${this.key}`, mine),
      },
    );
  }

  #speak() {
    const level = this.#preview ?? this.value;
    this.spoken.classList.toggle("preview", level !== this.value);
    this.spoken.textContent = level == null ? "Sin calificar" : `${level} · ${this.words.get(level) ?? ""}`;
  }

  get focusable() {
    return this.buttons.find(({ tabIndex }) => tabIndex === 0);
  }

  // Moves among the levels without choosing, so that reading them changes nothing.
  look(by) {
    const at = this.buttons.indexOf(this.element.getRootNode().activeElement);
    const button = this.buttons[this.#preview === null ? at : at + by];
    button?.focus();
    if (button) this.#preview = Number(button.dataset.value);
    this.#speak();
  }
}
