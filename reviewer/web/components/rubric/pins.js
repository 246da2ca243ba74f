// The notes on pages: begun, written, shared, found again, removed. The reader shows where they lie.

import { PINS, tell } from "../shared/pin_events.js";
import { make } from "./elements.js";
import { PinCard } from "./pin_card.js";
import { collectPins, PIN_ITEM, pinKey, pinValue } from "./pin_data.js";

export class PinList {
  #cards = new Map();
  #drafts = new Map();
  #announced = "";
  #current = null;

  // `rubric`: { data, items, outbox, writable, valueOf(item), sayPin(item, value, delay), sendNow(item),
  // settle(item, mine), showTab(name) }
  constructor(rubric, panel, signal) {
    this.rubric = rubric;
    this.count = rubric.parts.pincount;
    this.list = make("ol", { className: "pins" });
    this.empty = make("p", {
      className: "quiet",
      textContent:
        "Ponga una nota en una página con el botón Nota, debajo del documento, o con la tecla m. Solo usted la ve, mientras no la comparta.",
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

  #pins() {
    const { data, items, outbox } = this.rubric;
    const names = new Set([...items.keys(), ...outbox.of(data.address).map(({ item }) => item)]);
    const values = [...names].map((name) => [name, this.rubric.valueOf(name)]);
    return collectPins(values, this.#drafts, data.documents);
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
    const key = pinKey();
    this.#drafts.set(key, { ...place, criterion: "", shared: false, text: "" });
    this.paint();
    this.open(key);
  }

  // A note that has the focus stays on the screen even while it has no text.
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

  // Tells the reader where the notes lie, when that has changed or `anyway`.
  #announce(anyway = false) {
    if (!this.rubric.data) return;
    const pins = this.#pins().map((pin, index) => ({ ...pin, number: index + 1, current: pin.key === this.#current }));
    const signature = JSON.stringify(pins);
    if (signature === this.#announced && !anyway) return;
    this.#announced = signature;
    tell(PINS.shown, { pins });
  }
}
