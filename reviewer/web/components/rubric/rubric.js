// The rubric: what is asked about one application, what the juror has entered, and the way to the next one.

import { fitWindow } from "../shared/fit.js";
import { Criterion } from "./criterion.js";
import { fold } from "./fold.js";
import { rubricKey } from "./keys.js";
import { Moves } from "./moves.js";
import { Note } from "./note.js";
import { keepUsableOffline } from "./offline.js";
import { outboxOf } from "./outbox.js";
import { paintButtons, paintState, paintTotal } from "./paint.js";
import { PIN_ITEM } from "./pin_data.js";
import { PinList } from "./pins.js";
import { Scale } from "./scale.js";
import { Tabs } from "./tabs.js";
import { NOTES } from "./words.js";

const NOTE_PAUSE_MS = 600;

export class Rubric {
  #off = new AbortController();
  moves = new Moves(this);

  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((e) => [e.dataset.part, e]));
    this.help = this.parts.help;
    const { tabs, notes, pins, scale, brief } = this.parts;
    this.tabs = new Tabs(tabs, { notes, pins, scale });
    this.scale = new Scale(scale, brief);
    this.pins = new PinList(this, pins, this.#off.signal);
    this.items = new Map();
    this.active = 0;
    this.#listen();
  }

  update(data, trigger) {
    this.trigger = trigger;
    if (data === this.data) return;
    const before = this.data?.address;
    this.data = data;
    this.keys = this.parts.keys.checked = data.keys;
    this.#useOutbox();
    const another = data.address !== before;
    if (another) this.#start();
    this.#take(data.state);
    if (another) this.#mark(Math.max(0, this.firstMissing()));
    if (another && before) this.parts.title.focus({ preventScroll: true });
    this.#fillWindow();
    this.paint();
  }

  destroy() {
    this.#off.abort();
    this.closing.disconnect();
    this.resizing.disconnect();
    this.moves.destroy();
  }

  // --- what is shown

  #start() {
    const { folio, byline, title, synopsis, criteria, limit } = this.data;
    this.moves.restart();
    this.items.clear();
    this.pins.restart();
    this.tabs.show("notes");
    this.savedAt = null;
    Object.assign(this.parts.folio, { textContent: folio });
    Object.assign(this.parts.byline, { textContent: byline });
    Object.assign(this.parts.title, { textContent: title || "Sin título" });
    Object.assign(this.parts.synopsis, { textContent: synopsis });
    this.#fold(true);
    const settle = (item, mine) => this.settle(item, mine);
    this.criteria = criteria.map(
      (each) => new Criterion(each, { settle, choose: (row, value) => this.#choose(row, value) }),
    );
    this.notes = NOTES.map(
      (each) =>
        new Note(
          { ...each, limit },
          {
            settle,
            write: (item, text) => this.#say(item, text, NOTE_PAUSE_MS),
            leave: (item) => this.sendNow(item),
          },
        ),
    );
    this.parts.criteria.replaceChildren(...this.criteria.map(({ element }) => element));
    this.parts.notes.replaceChildren(...this.notes.map(({ element }) => element));
    this.parts.middle.scrollTop = 0;
  }

  // Takes what the server holds; of each item the newer version counts.
  #take(state) {
    this.state = state;
    this.#noteTime(state.saved_at);
    for (const { key } of this.criteria) this.#stands(`score:${key}`, state.scores[key]);
    for (const { kind } of this.notes) this.#stands(`note:${kind}`, state.notes[kind] ?? { value: "", version: 0 });
    for (const [key, stands] of Object.entries(state.pins)) this.#stands(PIN_ITEM + key, stands);
  }

  #stands(item, stands = { value: null, version: 0 }) {
    if (stands.version >= (this.items.get(item)?.version ?? 0)) this.items.set(item, stands);
    this.#noteTime(stands.at);
  }

  #noteTime(at) {
    if (at && (!this.savedAt || Date.parse(at) > Date.parse(this.savedAt))) this.savedAt = at;
  }

  get writable() {
    return !this.state.locked && this.state.status !== "submitted" && this.moves.busy !== "submit";
  }

  valueOf(item) {
    const unsaved = this.state.status === "submitted" ? undefined : this.outbox.get(this.data.address, item);
    return unsaved ? unsaved.value : this.items.get(item)?.value;
  }

  paint() {
    const { zone } = this.data;
    const look = (item) => ({
      zone,
      writable: this.writable,
      clash: this.outbox.get(this.data.address, item)?.clash,
    });
    for (const row of this.criteria) row.paint(this.valueOf(`score:${row.key}`), look(`score:${row.key}`));
    for (const note of this.notes) note.paint(this.valueOf(`note:${note.kind}`), look(`note:${note.kind}`));
    this.pins.paint();
    this.scale.paint(this.data);
    paintState(this);
    paintTotal(this);
    paintButtons(this);
  }

  button(name) {
    return this.root.querySelector(`[data-do=${name}]`);
  }

  #fillWindow() {
    fitWindow(this.root, this.data.below);
    this.#fold(this.parts.synopsis.classList.contains("folded"));
  }

  #fold(isFolded) {
    fold(this.parts.synopsis, this.button("unfold"), isFolded);
  }

  // --- what the juror enters

  #choose(row, value) {
    this.moves.noteSeen();
    this.#mark(this.criteria.indexOf(row));
    if (!this.writable) return this.paint();
    const item = `score:${row.key}`;
    const clash = this.outbox.get(this.data.address, item)?.clash;
    if (this.valueOf(item) !== value) this.#say(item, value);
    if (clash) this.settle(item, true);
    return undefined;
  }

  #say(item, value, delay = 0) {
    this.moves.notice = "";
    this.outbox.say(this.data.address, item, value, this.items.get(item).version, delay);
  }

  sayPin(item, value, delay) {
    this.moves.notice = "";
    this.outbox.say(this.data.address, item, value, this.items.get(item)?.version ?? 0, delay);
  }

  sendNow(item) {
    this.outbox.sendNow(this.data.address, item);
  }

  settle(item, mine) {
    const entry = this.outbox.get(this.data.address, item);
    if (mine) this.outbox.keepMine(entry);
    else this.outbox.drop(entry);
  }

  // --- the criterion in use, and the keys

  has(value) {
    return this.criteria[0].words.has(value);
  }

  firstMissing() {
    return this.criteria.findIndex(({ key }) => this.valueOf(`score:${key}`) == null);
  }

  #mark(index) {
    this.active = index;
    for (const [at, { element }] of this.criteria.entries()) element.toggleAttribute("data-active", at === index);
  }

  // After the last criterion comes the button that sends.
  goTo(index) {
    const end = this.criteria.length;
    this.#mark(Math.min(Math.max(index, 0), end));
    const target =
      this.active === end ? this.button(this.writable ? "submit" : "onward") : this.criteria[this.active].focusable;
    target.focus({ preventScroll: true });
    target.closest(".criterion")?.scrollIntoView({ block: "nearest" });
  }

  scoreActive(value) {
    const row = this.criteria[this.active];
    if (!row || !this.writable) return;
    this.#choose(row, value);
    const next = this.active + 1;
    const missing = this.firstMissing();
    this.goTo(next === this.criteria.length && missing >= 0 ? missing : next);
  }

  look(by) {
    this.criteria[this.active]?.look(by);
  }

  showTab(name) {
    this.tabs.show(name);
    if (name === "scale") this.parts.scale.scrollIntoView({ block: "nearest" });
  }

  writeNote(which) {
    const { area } = this.notes[which];
    this.tabs.show("notes");
    area.focus();
    area.scrollIntoView({ block: "nearest" });
  }

  // Reads the review again: another tab may have changed it.
  async ask() {
    const { address } = this.data;
    const answer = await this.outbox.ask(address);
    if (answer.status !== 200 || this.data.address !== address) return;
    this.#take(answer.body);
    this.paint();
  }

  // --- events

  #useOutbox() {
    const outbox = outboxOf(this.data.person);
    if (outbox === this.outbox) return;
    this.outbox = outbox;
    const { signal } = this.#off;
    outbox.addEventListener("change", () => this.#changed(), { signal });
    outbox.addEventListener("saved", ({ detail }) => this.#saved(detail), { signal });
    outbox.addEventListener("elsewhere", ({ detail }) => this.#elsewhere(detail), { signal });
  }

  #changed() {
    const refused = this.outbox.of(this.data.address).some(({ refusal }) => refusal?.status === 423);
    if (refused && this.writable) this.ask();
    this.paint();
  }

  #saved({ address, item, stands }) {
    if (address === this.data.address) this.#stands(item, stands);
  }

  #elsewhere({ address, item, stands }) {
    if (address !== this.data.address) return;
    if (!item) {
      this.ask();
      return;
    }
    this.#stands(item, stands);
    this.paint();
  }

  #listen() {
    const { signal } = this.#off;
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
    on(this.root, "click", ({ target }) => this.press(target.closest("[data-do]")?.dataset.do));
    on(this.root, "focusin", ({ target }) => {
      const at = this.criteria?.findIndex(({ element }) => element.contains(target)) ?? -1;
      if (at >= 0) this.#mark(at);
    });
    on(document, "keydown", (event) => rubricKey(this, event));
    on(this.parts.keys, "change", ({ target }) => {
      this.keys = target.checked;
      this.trigger("keys", target.checked ? "on" : "off");
    });
    this.closing = keepUsableOffline();
    on(document, "visibilitychange", () => document.hidden || this.ask());
    on(window, "focus", () => this.ask());
    on(window, "resize", () => this.#fillWindow());
    this.resizing = new ResizeObserver(() => this.data && this.#fillWindow());
    const block = document.querySelector("[data-testid=stMainBlockContainer]");
    this.resizing.observe(block ?? this.root);
  }

  press(name) {
    if (this.button(name)?.hidden) return;
    const actions = {
      unfold: () => this.#fold(!this.parts.synopsis.classList.contains("folded")),
      help: () => this.help.showModal(),
      submit: () => this.moves.submit(),
      skip: () => this.moves.skip(),
      reopen: () => this.moves.reopen(),
      onward: () => this.moves.goOn(),
      discard: () => this.#discard(),
      conflict: () => this.moves.busy || this.trigger("conflict", this.data.folio),
      flag: () => this.moves.busy || this.trigger("flag", this.data.folio),
      committee: () => this.moves.busy || this.trigger("committee", this.data.folio),
    };
    actions[name]?.();
  }

  #discard() {
    for (const entry of this.outbox.of(this.data.address)) if (entry.refusal) this.outbox.drop(entry);
  }
}
