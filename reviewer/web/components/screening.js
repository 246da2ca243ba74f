// Facts, findings and the decision on one application, beside its documents.

const NEEDS_REASON = { ineligible: true, asked: true };
const ASKS = {
  eligible: "¿Por qué sí cumple? Queda en la postulación.",
  ineligible: "¿Por qué no cumple? Es lo que se le responderá a quien postula.",
  asked: "¿Qué se le pide? Es lo que se le escribirá a quien postula.",
};
const CONFIRMS = { eligible: "Elegible y siguiente", ineligible: "No elegible y siguiente", asked: "Pedir y siguiente" };
const SHOWN_BY_KEY = { 1: "nombre", 2: "curp", 3: "fecha_nacimiento", 4: "codigo_postal" };

const make = (name, text = "", attributes = {}) => {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

class Screening {
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
    if (data.next) fetch(`${data.call}/${encodeURIComponent(data.next)}/hallazgos`, { priority: "low" }).catch(() => {});
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
    const rows = this.data.facts.map(({ key, label, value, note }) => {
      const row = make("tr");
      const said = make("td", value || "—", { class: "value" });
      if (note) said.append(make("span", note, { class: "note" }));
      const cell = make("td");
      const sign = this.#sign(key);
      if (sign) cell.append(sign);
      row.append(make("th", label, { scope: "row" }), said, cell);
      return row;
    });
    this.parts.facts.replaceChildren(...rows);
    const silent = this.found?.silent ?? [];
    this.parts.silent.hidden = !silent.length;
    this.parts.silent.textContent = `Sin texto para buscar, es una imagen: ${silent.join(", ")}. Compare a la vista.`;
  }

  #sign(key) {
    const searched = this.data.searched.includes(key);
    if (!searched) return null;
    if (!this.found) return make("span", this.failed ? "no se pudo buscar" : "buscando…", { class: "sign", "data-sign": "silent" });
    const { sign, other, places } = this.found.facts[key];
    const known = Object.keys(this.found.labels).length;
    if (!known) return make("span", "sin documentos", { class: "sign", "data-sign": "silent" });
    if (sign === "missing" && this.found.silent.length === known) {
      return make("span", "sin texto", { class: "sign", "data-sign": "silent" });
    }
    const where = places.length ? `${this.found.labels[places[0].document]}, p. ${places[0].page}` : "";
    const more = places.length > 1 ? ` y ${places.length - 1} más` : "";
    const words = {
      found: where + more,
      part: `en parte: ${where}`,
      other: `dice ${other}: ${where}`,
      missing: "no aparece en el texto",
      not_asked: "",
    }[sign];
    if (!places.length) return make("span", words, { class: "sign", "data-sign": sign });
    const button = make("button", words, { type: "button", class: "sign", "data-sign": sign, "data-show": key });
    button.title = "Mostrar en el documento";
    return button;
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

  // Lays the place of a fact open in the reader; a second time the next place.
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
    this.parts.ready.replaceChildren(...ready.map((each) => make("button", each, { type: "button", "data-ready": each })));
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

function screeningKey(screening, event) {
  const [target] = event.composedPath();
  const writes = target instanceof Element && target.closest(WRITES) !== null;
  const inside = event.composedPath().includes(screening.root);
  if (event.defaultPrevented || event.isComposing || event.repeat || document.querySelector("[role=dialog]")) return;
  if (screening.help.open) return;
  let action = null;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (screening.verdict && (inside || !writes)) action = () => screening.confirm();
  } else if (NOTHING_HELD.some((held) => event[held])) {
    return;
  } else if (event.key === "Escape" && screening.verdict && (inside || !writes)) {
    action = () => screening.drop();
  } else if (!writes && !screening.verdict && screening.data.keys) {
    action = {
      e: () => screening.choose("eligible"),
      n: () => screening.choose("ineligible"),
      p: () => screening.choose("asked"),
      s: () => screening.skip(),
      z: () => screening.undo(),
      "?": () => screening.help.showModal(),
    }[event.key.toLowerCase()];
    if (SHOWN_BY_KEY[event.key]) action = () => screening.show(SHOWN_BY_KEY[event.key]);
  }
  if (!action) return;
  event.preventDefault();
  action();
}

const screenings = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let screening = screenings.get(parentElement);
  if (!screening) {
    screening = new Screening(parentElement.querySelector(".screening"));
    screenings.set(parentElement, screening);
  }
  screening.update(data, setTriggerValue);
  return () => {
    screening.destroy();
    screenings.delete(parentElement);
  };
}
