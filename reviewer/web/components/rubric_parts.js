// A criterion with its levels, and a note. Each shows what it is told and reports what the juror does.

function made(tag, properties = {}, ...children) {
  const { dataset = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

class Criterion {
  #preview = null;

  constructor({ key, label, share, levels }, { choose, settle }) {
    this.key = key;
    this.label = label;
    this.words = new Map(levels.map(({ value, words }) => [value, words]));
    this.spoken = made("p", { className: "words" });
    this.clash = made("div", { className: "clash", hidden: true });
    this.clash.setAttribute("role", "alert");
    this.buttons = levels.map((level) => this.#button(level, choose));
    const group = made("div", { className: "levels" }, ...this.buttons);
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-labelledby", `label-${key}`);
    this.all = made(
      "dl",
      { className: "all", hidden: true },
      ...levels.flatMap(({ value, words }) => [made("dt", { textContent: value }), made("dd", { textContent: words })]),
    );
    this.unfold = made("button", { type: "button", className: "link", textContent: "Ver niveles" });
    this.unfold.setAttribute("aria-expanded", "false");
    this.unfold.setAttribute("aria-label", `Ver los niveles de ${label}`);
    this.unfold.addEventListener("click", () => this.#toggle());
    const head = made(
      "p",
      { className: "head" },
      made("span", { id: `label-${key}`, className: "label", textContent: label }),
      made("span", { className: "share", textContent: ` · ${share} %` }),
      this.unfold,
    );
    this.element = made("div", { className: "criterion", dataset: { key } }, head, group, this.spoken, this.all, this.clash);
    this.settle = settle;
  }

  #button({ value, words }, choose) {
    const button = made("button", { type: "button", textContent: value, dataset: { value } });
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
    paintClash(this.clash, clash && {
      words: `En otra pestaña: ${clash.value} a las ${spokenTime(clash.at, zone).slice(0, 5)}.`,
      leave: `Dejar ${clash.value}`,
      put: `Poner ${value}`,
      settle: (mine) => this.settle(`score:${this.key}`, mine),
    });
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

class Note {
  constructor({ kind, label, hint, limit }, { write, leave, settle }) {
    this.kind = kind;
    this.area = made("textarea", { id: `note-${kind}`, rows: 3, maxLength: limit, spellcheck: true, lang: "es-MX" });
    this.area.placeholder = hint;
    this.clash = made("div", { className: "clash", hidden: true });
    this.clash.setAttribute("role", "alert");
    const name = made("label", { htmlFor: `note-${kind}`, textContent: label });
    this.element = made("div", { className: "note" }, name, this.area, this.clash);
    this.area.addEventListener("input", () => write(`note:${kind}`, this.area.value));
    this.area.addEventListener("blur", () => leave(`note:${kind}`));
    this.settle = settle;
  }

  paint(value, { writable, clash, zone }) {
    if (this.area.value !== value) this.area.value = value;
    this.area.readOnly = !writable;
    paintClash(this.clash, clash && {
      words: `En otra pestaña, a las ${spokenTime(clash.at, zone).slice(0, 5)}: «${clash.value}»`,
      leave: "Dejar ese texto",
      put: "Poner el mío",
      settle: (mine) => this.settle(`note:${this.kind}`, mine),
    });
  }
}

// What another tab has saved meanwhile, and the question which of the two stays.
function paintClash(box, question) {
  const signature = question ? `${question.words}|${question.put}` : "";
  box.hidden = !question;
  if (box.dataset.signature === signature) return;
  box.dataset.signature = signature;
  if (!question) return;
  const leave = made("button", { type: "button", textContent: question.leave });
  const put = made("button", { type: "button", textContent: question.put });
  leave.addEventListener("click", () => question.settle(false));
  put.addEventListener("click", () => question.settle(true));
  box.replaceChildren(made("span", { textContent: question.words }), leave, put);
}
