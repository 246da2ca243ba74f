// Facts, findings and the decision on one application, beside its documents.

import { fitWindow } from "../shared/fit.js";
import { make } from "./elements.js";
import { drawFacts, drawSilent } from "./facts.js";
import { screeningKey } from "./keys.js";

const NEEDS_REASON = { ineligible: true, asked: true };
const ASKS = {
  eligible: "¿Por qué sí cumple? Queda en la postulación.",
  ineligible: "¿Por qué no cumple? Es lo que se le responderá a quien postula.",
  asked: "¿Qué se le pide? Es lo que se le escribirá a quien postula.",
};
const CONFIRMS = {
  eligible: "Elegible y siguiente",
  ineligible: "No elegible y siguiente",
  asked: "Pedir y siguiente",
};

export class Screening {
  #off = new AbortController();

  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((each) => [each.dataset.part, each]));
    this.text = root.querySelector("textarea");
    this.help = root.querySelector("dialog");
    const { signal } = this.#off;
    root.addEventListener("click", (event) => this.#click(event), { signal });
    document.addEventListener("keydown", (event) => screeningKey(this, event), { signal });
    window.addEventListener("resize", () => fitWindow(this.root, this.data.below), { signal });
  }

  update(data, tell) {
    const isOther = this.data?.folio !== data.folio || this.data?.seen !== data.seen;
    Object.assign(this, { data, tell });
    fitWindow(this.root, data.below);
    if (!isOther) return;
    this.busy(false);
    this.found = null;
    this.#ask(null);
    this.#draw();
    this.#look();
    if (data.next)
      fetch(`${data.call}/${encodeURIComponent(data.next)}/hallazgos`, { priority: "low" }).catch(() => {});
  }

  destroy() {
    this.#off.abort();
  }

  busy(is) {
    this.isBusy = is;
    this.root.toggleAttribute("data-busy", is);
  }

  say(words, mood = "fine") {
    this.parts.state.textContent = words;
    this.parts.state.dataset.mood = mood;
  }

  // --- what is shown

  #draw() {
    const { parts, data } = this;
    parts.folio.textContent = data.folio;
    parts.name.textContent = data.name;
    parts.badge.textContent = data.badge.words;
    parts.badge.dataset.color = data.badge.color;
    parts.by.textContent = data.by;
    parts.held.hidden = !data.held;
    parts.held.querySelector("span").textContent = data.held;
    parts.findings.replaceChildren(
      ...data.findings.map(({ words, color }) => make("li", words, { "data-color": color })),
    );
    parts.clean.hidden = data.findings.length > 0;
    parts["history-box"].hidden = !data.history.length;
    parts.history.replaceChildren(
      ...data.history.map(({ words, gone }) => make("li", words, gone ? { "data-gone": "" } : {})),
    );
    const undo = this.root.querySelector("[data-do=undo]");
    undo.hidden = !data.last;
    undo.replaceChildren(data.last ? `${data.last.words}: deshacer ` : "", make("kbd", "Z"));
    this.say(data.told);
    this.#drawFacts();
    this.root.querySelector(".middle").scrollTop = 0;
  }

  #drawFacts() {
    const { data, found, failed, parts } = this;
    drawFacts(parts.facts, data, { found, failed });
    drawSilent(parts.silent, found?.silent ?? []);
  }

  async #look() {
    const { folio } = this.data;
    this.failed = false;
    try {
      const answer = await fetch(`${this.data.address}/hallazgos`);
      if (!answer.ok) throw new Error();
      const found = await answer.json();
      if (folio !== this.data.folio) return;
      this.found = found;
    } catch {
      if (folio !== this.data.folio) return;
      this.failed = true;
    }
    this.#drawFacts();
  }

  // Shows a place of a fact in the reader; when asked again, the next place.
  show(key) {
    const places = this.found?.facts[key]?.places ?? [];
    if (!places.length) return;
    this.turns = this.shown === key ? (this.turns + 1) % places.length : 0;
    this.shown = key;
    window.dispatchEvent(new CustomEvent("dictamen-place", { detail: places[this.turns] }));
  }

  // --- deciding

  choose(verdict) {
    if (this.isBusy || this.data.held) return;
    const needs = NEEDS_REASON[verdict] || this.data.overrules;
    if (needs) this.#ask(verdict);
    else this.#decide(verdict, this.data.usual);
  }

  #ask(verdict) {
    this.verdict = verdict;
    this.parts.reason.hidden = !verdict;
    this.parts.verdicts.hidden = Boolean(verdict);
    if (!verdict) {
      this.text.value = "";
      return;
    }
    this.parts.asks.textContent = ASKS[verdict];
    const ready = this.data.ready[verdict] ?? [];
    this.parts.ready.replaceChildren(
      ...ready.map((each) => make("button", each, { type: "button", "data-ready": each })),
    );
    this.root.querySelector("[data-do=confirm]").replaceChildren(`${CONFIRMS[verdict]} `, make("kbd", "Ctrl Entrar"));
    this.text.focus();
  }

  confirm() {
    const reason = this.text.value.trim();
    if (!reason) {
      this.say("Escriba el motivo.", "bad");
      this.text.focus();
      return;
    }
    this.#decide(this.verdict, reason);
  }

  drop() {
    this.#ask(null);
    this.say("");
    this.parts.name.focus({ preventScroll: true });
  }

  #decide(verdict, reason) {
    const { seen, part } = this.data;
    return this.#send(`${this.data.address}/decision`, { verdict, reason, seen, part });
  }

  undo() {
    if (this.data.last) this.#send(`${this.data.call}/${encodeURIComponent(this.data.last.folio)}/deshacer`, {});
  }

  skip() {
    if (!this.isBusy) this.tell("moved", { next: this.data.next });
  }

  async #send(address, body) {
    if (this.isBusy) return;
    this.busy(true);
    this.say("Guardando…");
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Dictamen-Autoria": this.data.person },
        body: JSON.stringify(body),
      });
      const told = await answer.json();
      if (answer.ok) return this.tell("moved", { next: told.next });
      this.busy(false);
      this.say(told.error, "bad");
      if (answer.status === 409) this.tell("stale", { told: told.error });
    } catch {
      this.busy(false);
      this.say("Sin conexión: no se guardó. Vuelva a intentarlo.", "bad");
    }
  }

  #click({ target }) {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.show) return this.show(button.dataset.show);
    if (button.dataset.ready) {
      this.text.value = [this.text.value.trim(), button.dataset.ready].filter(Boolean).join(" ");
      return this.text.focus();
    }
    const actions = {
      eligible: () => this.choose("eligible"),
      ineligible: () => this.choose("ineligible"),
      asked: () => this.choose("asked"),
      confirm: () => this.confirm(),
      drop: () => this.drop(),
      skip: () => this.skip(),
      undo: () => this.undo(),
      take: () => this.tell("taken", { folio: this.data.folio }),
      help: () => this.help.showModal(),
    };
    actions[button.dataset.do]?.();
  }
}
