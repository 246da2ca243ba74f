// The notes that are pinned to pages, as a list beside the rubric: written, shared, found again, taken away.
// A note's value is its JSON in a fixed order, as the server compares it; without text it is not there.

const PIN_ITEM = "pin:";
const SURE_MS = 4000;

const pinValue = ({ document: id, page, x, y, criterion, shared, text }) =>
  JSON.stringify({ document: id, page, x, y, criterion, shared, text });

class PinList {
  #cards = new Map();
  #drafts = new Map();
  #announced = "";
  #current = null;

  // `rubric`: { data, items, outbox, writable, valueOf(item), sayPin(item, value, delay), sendNow(item),
  // settle(item, mine), showTab(name) }
  constructor(rubric, panel, signal) {
    this.rubric = rubric;
    this.count = rubric.parts.pincount;
    this.list = made("ol", { className: "pins" });
    this.empty = made("p", {
      className: "quiet",
      textContent: "Ponga una nota en una página con el botón Nota, debajo del documento, o con la tecla m. Solo usted la ve, mientras no la comparta.",
    });
    panel.replaceChildren(this.empty, this.list);
    window.addEventListener(PINS.wanted, () => this.#announce(true), { signal });
    window.addEventListener(PINS.open, ({ detail }) => this.open(detail.key), { signal });
    window.addEventListener(PINS.place, ({ detail }) => this.#begin(detail), { signal });
  }

  restart() {
    this.#cards.clear();
    this.#drafts.clear();
    this.#current = null;
    this.list.replaceChildren();
  }

  paint() {
    const pins = this.#pins();
    for (const [key, card] of this.#cards) {
      if (pins.some((pin) => pin.key === key)) continue;
      card.element.remove();
      this.#cards.delete(key);
    }
    pins.forEach((pin, index) => {
      const card = this.#cards.get(pin.key) ?? this.#addCard(pin.key);
      card.paint(pin, index + 1, this.#look(pin.key));
      if (this.list.children[index] !== card.element) this.#move(card.element, index);
    });
    this.empty.hidden = pins.length > 0;
    this.count.textContent = pins.length ? ` ${pins.length}` : "";
    this.#announce();
  }

  open(key) {
    this.rubric.showTab("pins");
    this.#cards.get(key)?.focus();
  }

  // All there are: kept, on their way, and those just begun; in the order in which they are read.
  #pins() {
    const { data, items, outbox } = this.rubric;
    const unsaved = outbox.of(data.address).map(({ item }) => item);
    const found = new Map(this.#drafts);
    for (const item of [...items.keys(), ...unsaved].filter((each) => each.startsWith(PIN_ITEM))) {
      const pin = JSON.parse(this.rubric.valueOf(item) || "null");
      const key = item.slice(PIN_ITEM.length);
      if (pin?.text) found.set(key, pin);
    }
    const order = (pin) => data.documents.findIndex(({ id }) => id === pin.document);
    return [...found]
      .map(([key, pin]) => ({ key, ...pin }))
      .sort((a, b) => order(a) - order(b) || a.page - b.page || a.y - b.y || a.key.localeCompare(b.key));
  }

  #look(key) {
    const { data, outbox, writable } = this.rubric;
    return { data, writable, clash: outbox.get(data.address, PIN_ITEM + key)?.clash };
  }

  #move(element, index) {
    const focused = element.getRootNode().activeElement;
    const hadFocus = element.contains(focused);
    this.list.insertBefore(element, this.list.children[index] ?? null);
    if (hadFocus) focused.focus();
  }

  #addCard(key) {
    const item = PIN_ITEM + key;
    const card = new PinCard({
      change: (pin, delay) => this.#change(key, pin, delay),
      enter: () => this.#enter(key),
      leave: () => this.#leave(key),
      settle: (mine) => this.rubric.settle(item, mine),
    });
    this.#cards.set(key, card);
    return card;
  }

  #begin(place) {
    if (!this.rubric.writable) return;
    const key = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10).padEnd(8, "0")}`;
    this.#drafts.set(key, { ...place, criterion: "", shared: false, text: "" });
    this.paint();
    this.open(key);
  }

  // A note being written stays on the screen even while it has no text.
  #enter(key) {
    const pin = this.#pins().find((each) => each.key === key);
    if (pin && !this.#drafts.has(key)) this.#drafts.set(key, { ...pin, text: "" });
    this.#current = key;
    this.#announce();
  }

  #leave(key) {
    this.#drafts.delete(key);
    this.#current = null;
    this.rubric.sendNow(PIN_ITEM + key);
    this.paint();
  }

  #change(key, pin, delay) {
    if (this.#drafts.has(key)) this.#drafts.set(key, { ...pin, text: "" });
    this.rubric.sayPin(PIN_ITEM + key, pinValue(pin), delay);
  }

  // Tells the reader what lies where, when that has changed.
  #announce(anyway = false) {
    if (!this.rubric.data) return;
    const pins = this.#pins().map((pin, index) => ({ ...pin, number: index + 1, current: pin.key === this.#current }));
    const signature = JSON.stringify(pins);
    if (signature === this.#announced && !anyway) return;
    this.#announced = signature;
    tell(PINS.shown, { pins });
  }
}

// One note: where it lies, what it is about, its text, and whose it is.
class PinCard {
  #sure = 0;

  constructor({ change, enter, leave, settle }) {
    this.change = change;
    this.settle = settle;
    this.number = made("button", { type: "button", className: "number" });
    this.place = made("span", { className: "place" });
    this.criterion = made("select", {});
    this.criterion.setAttribute("aria-label", "Criterio de la nota");
    this.area = made("textarea", { rows: 2, maxLength: 2000, spellcheck: true, lang: "es-MX" });
    this.shared = made("input", { type: "checkbox" });
    const share = made("label", { className: "share-pin" }, this.shared, " Para el comité");
    share.title = "La leerá el comité cuando delibere; mientras tanto, solo usted";
    this.remove = made("button", { type: "button", className: "link", textContent: "Quitar" });
    this.clash = made("div", { className: "clash", hidden: true });
    this.clash.setAttribute("role", "alert");
    const head = made("div", { className: "line" }, this.number, this.place, this.criterion, share, this.remove);
    this.element = made("li", {}, head, this.area, this.clash);
    this.number.addEventListener("click", () => tell(PINS.look, this.pin));
    this.area.addEventListener("input", () => this.#changed({ text: this.area.value }, NOTE_PAUSE_MS));
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
    paintClash(this.clash, clash && {
      words: `En otra pestaña: «${JSON.parse(clash.value || "{}").text || "quitada"}»`,
      leave: "Dejar eso",
      put: "Poner la mía",
      settle: this.settle,
    });
  }

  focus() {
    this.area.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
  }

  #changed(part, delay = 0) {
    this.pin = { ...this.pin, text: this.area.value, ...part };
    this.change(this.pin, delay);
  }

  // Asks by changing its own words: a second click, soon after, takes the note away.
  #remove() {
    window.clearTimeout(this.#sure);
    if (this.area.value && this.remove.textContent === "Quitar") {
      this.remove.textContent = "¿Quitar?";
      this.#sure = window.setTimeout(() => (this.remove.textContent = "Quitar"), SURE_MS);
      return;
    }
    this.area.value = "";
    this.#changed({ text: "" });
    this.area.getRootNode().activeElement?.blur();
  }
}
