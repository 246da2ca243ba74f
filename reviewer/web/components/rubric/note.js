// A note on the whole application: shows what it is given and reports what the juror writes.

import { paintClash } from "./clash.js";
import { make } from "./elements.js";
import { spokenTime } from "./words.js";

export class Note {
  constructor({ kind, label, hint, limit }, { write, leave, settle }) {
    this.kind = kind;
    this.area = make("textarea", { id: `note-${kind}`, rows: 3, maxLength: limit, spellcheck: true, lang: "es-MX" });
    this.area.placeholder = hint;
    this.clash = make("div", { className: "clash", hidden: true });
    this.clash.setAttribute("role", "alert");
    const name = make("label", { htmlFor: `note-${kind}`, textContent: label });
    this.element = make("div", { className: "note" }, name, this.area, this.clash);
    this.area.addEventListener("input", () => write(`note:${kind}`, this.area.value));
    this.area.addEventListener("blur", () => leave(`note:${kind}`));
    this.settle = settle;
  }

  paint(value, { writable, clash, zone }) {
    if (this.area.value !== value) this.area.value = value;
    this.area.readOnly = !writable;
    paintClash(
      this.clash,
      clash && {
        words: `En otra pestaña, a las ${spokenTime(clash.at, zone).slice(0, 5)}: «${clash.value}»`,
        leave: "Dejar ese texto",
        put: "Poner el mío",
        settle: (mine) => this.settle(`note:${this.kind}`, mine),
      },
    );
  }
}
