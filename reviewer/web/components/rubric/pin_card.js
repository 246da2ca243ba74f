// The card of one note on a page: where it lies, its criterion, its text, and whether the committee may read it.

import { PINS, tell } from "../shared/pin_events.js";
import { paintClash } from "./clash.js";
import { make } from "./elements.js";

const PAUSE_MS = 600;
const CONFIRM_MS = 4000;

export class PinCard {
  #confirming = 0;

  constructor({ change, enter, leave, settle }) {
    this.change = change;
    this.settle = settle;
    this.number = make("button", { type: "button", className: "number" });
    this.place = make("span", { className: "place" });
    this.criterion = make("select", {});
    this.criterion.setAttribute("aria-label", "Criterio de la nota");
    this.area = make("textarea", { rows: 2, maxLength: 2000, spellcheck: true, lang: "es-MX" });
    this.shared = make("input", { type: "checkbox" });
    const share = make("label", { className: "share-pin" }, this.shared, " Para el comité");
    share.title = "La leerá el comité cuando delibere; mientras tanto, solo usted";
    this.remove = make("button", { type: "button", className: "link", textContent: "Quitar" });
    this.clash = make("div", { className: "clash", hidden: true });
    this.clash.setAttribute("role", "alert");
    const head = make("div", { className: "line" }, this.number, this.place, this.criterion, share, this.remove);
    this.element = make("li", {}, head, this.area, this.clash);
    this.number.addEventListener("click", () => tell(PINS.look, this.pin));
    this.area.addEventListener("input", () => this.#changed({ text: this.area.value }, PAUSE_MS));
    this.criterion.addEventListener("change", () => this.#changed({ criterion: this.criterion.value }));
    this.shared.addEventListener("change", () => this.#changed({ shared: this.shared.checked }));
    this.remove.addEventListener("click", () => this.#remove());
    this.element.addEventListener("focusin", enter);
    this.element.addEventListener("focusout", ({ relatedTarget }) => this.element.contains(relatedTarget) || leave());
  }

  paint(pin, number, { data, writable, clash }) {
    this.pin = pin;
    const label = data.documents.find(({ id }) => id === pin.document)?.label;
    const place = label ? `${label}, p. ${pin.page}` : "En un documento que cambió";
    this.number.textContent = number;
    this.number.setAttribute("aria-label", `Ir a la nota ${number}: ${place}`);
    this.number.disabled = !label;
    if (this.place.textContent !== place) this.place.textContent = place;
    this.area.setAttribute("aria-label", `Texto de la nota ${number}`);
    if (!this.criterion.options.length) {
      const options = [{ key: "", label: "Sin criterio" }, ...data.criteria];
      this.criterion.replaceChildren(...options.map(({ key, label: words }) => new Option(words, key)));
    }
    this.criterion.value = pin.criterion;
    this.shared.checked = pin.shared;
    const isWritten = this.area.getRootNode().activeElement === this.area;
    if (this.area.value !== pin.text && !(isWritten && !pin.text)) this.area.value = pin.text;
    this.area.readOnly = !writable;
    for (const part of [this.criterion, this.shared]) part.disabled = !writable;
    this.remove.hidden = !writable;
    paintClash(
      this.clash,
      clash && {
        words: `En otra pestaña: «${JSON.parse(clash.value || "{}").text || "quitada"}»`,
        leave: "Dejar eso",
        put: "Poner la mía",
        settle: this.settle,
      },
    );
  }

  focus() {
    this.area.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
  }

  #changed(part, delay = 0) {
    this.pin = { ...this.pin, text: this.area.value, ...part };
    this.change(this.pin, delay);
  }

  // Asks on the button itself: a second click within some seconds removes the note.
  #remove() {
    window.clearTimeout(this.#confirming);
    if (this.area.value && this.remove.textContent === "Quitar") {
      this.remove.textContent = "¿Quitar?";
      this.#confirming = window.setTimeout(() => (this.remove.textContent = "Quitar"), CONFIRM_MS);
      return;
    }
    this.area.value = "";
    this.#changed({ text: "" });
    this.area.getRootNode().activeElement?.blur();
  }
}
