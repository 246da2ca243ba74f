// What the juror has entered and the server has not acknowledged yet. An outbox lives as long as the page, whichever
// rubric is shown, and its entries are kept in this browser's storage until acknowledged, over reloads and crashes.

import { LocalStore } from "./storage.js";

const CHANNEL = "dictamen.rubrica";
const BACK_OFF_SECONDS = [1, 2, 4, 8];
const PATIENCE_MS = 10_000;
const KEEPALIVE_LENGTH = 20_000; // letters; browsers let 64 KB in all outlive a page
const KEPT_VALUES = 3;

export class Outbox extends EventTarget {
  #entries = new Map();
  #failures = 0; // rounds of tries that failed in a row
  #misses = 0; // all tries that failed
  #retrying = 0;
  #channel = new BroadcastChannel(CHANNEL);

  constructor(person) {
    super();
    this.person = person;
    this.trouble = null;
    this.store = new LocalStore(person);
    for (const entry of this.store.take()) {
      this.#entries.set(`${entry.address}|${entry.item}`, { ...entry, timer: 0 });
      this.store.keep(entry);
    }
    this.#channel.onmessage = ({ data }) => data.person === person && this.#dispatch("elsewhere", data);
    window.addEventListener("online", () => this.retry());
    window.addEventListener("focus", () => this.retry());
    window.addEventListener("pagehide", () => this.retry());
    document.addEventListener("visibilitychange", () => this.retry());
    this.retry();
  }

  get(address, item) {
    return this.#entries.get(`${address}|${item}`);
  }

  of(address) {
    return [...this.#entries.values()].filter((entry) => entry.address === address);
  }

  // The folios of other reviews that still hold unsaved entries and can be opened.
  otherFolios(address) {
    const openable = ({ refusal }) => refusal?.status !== 403;
    const others = [...this.#entries.values()].filter((entry) => entry.address !== address && openable(entry));
    return [...new Set(others.map((entry) => decodeURIComponent(entry.address.split("/").at(-1))))];
  }

  // Takes a value based on this version; sends it once `delay` milliseconds passed without another.
  say(address, item, value, version, delay = 0) {
    const entry = this.get(address, item) ?? { address, item, version, sent: [], timer: 0 };
    entry.value = value;
    entry.refusal = null;
    this.#entries.set(`${address}|${item}`, entry);
    this.store.keep(entry);
    window.clearTimeout(entry.timer);
    entry.timer = delay ? window.setTimeout(() => this.#send(entry), delay) : 0;
    if (!delay) this.#send(entry);
    this.#dispatch("change");
  }

  // Status 0: no answer of our routes came (no network, no server, too late, a proxy's own page). 401 also where
  // another person has logged in on this browser: the server writes nothing under that person's name.
  async ask(address, options = {}) {
    const headers = { "X-Dictamen-Autoria": this.person, ...options.headers };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      const answer = await fetch(address, {
        credentials: "same-origin",
        cache: "no-store",
        signal,
        ...options,
        headers,
      });
      return { status: answer.status, body: await answer.json() };
    } catch {
      return { status: 0, body: {} };
    }
  }

  post(address, body) {
    const text = JSON.stringify(body);
    return this.ask(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: text,
      keepalive: text.length < KEEPALIVE_LENGTH,
    });
  }

  sendNow(address, item) {
    const entry = this.get(address, item);
    if (entry) this.#send(entry);
  }

  // The juror's answers to a clash: the entry replaces the value on the server (`keepMine`), or is dropped (`drop`).
  keepMine(entry) {
    entry.version = entry.clash.version;
    entry.clash = null;
    entry.sent = [];
    this.#send(entry);
  }

  drop(entry) {
    window.clearTimeout(entry.timer);
    this.#entries.delete(`${entry.address}|${entry.item}`);
    this.store.forget(entry);
    this.#dispatch("change");
  }

  revive(address) {
    for (const entry of this.of(address)) entry.refusal = null;
    this.retry();
  }

  retry() {
    window.clearTimeout(this.#retrying);
    this.#retrying = 0;
    for (const entry of this.#entries.values()) this.#send(entry);
  }

  // Sends all entries of this review; whether all were acknowledged.
  async flush(address) {
    const misses = this.#misses;
    const until = performance.now() + PATIENCE_MS;
    while (this.of(address).length) {
      const stuck = this.of(address).some((entry) => entry.clash || entry.refusal);
      if (stuck || this.#misses > misses || performance.now() > until) return false;
      const changed = new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
      for (const entry of this.of(address)) this.#send(entry);
      await changed;
    }
    return true;
  }

  // Tells other tabs that a review was sent, reopened or skipped.
  announce(address) {
    this.#channel.postMessage({ person: this.person, address });
  }

  async #send(entry) {
    window.clearTimeout(entry.timer);
    entry.timer = 0;
    if (entry.sending || entry.clash || entry.refusal) return;
    entry.sending = true;
    const { value } = entry;
    entry.sent = [...entry.sent.filter((each) => each !== value), value].slice(-KEPT_VALUES);
    this.store.keep(entry);
    const answer = await this.post(...saveOf(entry));
    entry.sending = false;
    this.#settle(entry, value, answer);
    this.#dispatch("change");
  }

  #settle(entry, value, { status, body }) {
    if (status === 200) return this.#acknowledge(entry, value, body);
    if (status === 409 && body.current) return this.#meetNewer(entry, body.current);
    if (status === 0 || status === 401 || status === 429 || status >= 500) return this.#wait(status);
    entry.refusal = { status, words: body.error ?? "El servidor no lo aceptó." };
    return undefined;
  }

  #acknowledge(entry, value, { version, saved_at: at }) {
    this.#failures = 0;
    this.trouble = null;
    const stands = { value, version, at };
    this.#dispatch("saved", { address: entry.address, item: entry.item, stands });
    this.#channel.postMessage({ person: this.person, address: entry.address, item: entry.item, stands });
    if (entry.value === value) return this.drop(entry);
    entry.version = version;
    entry.sent = [];
    this.store.keep(entry);
    if (!entry.timer) this.#send(entry);
    return undefined;
  }

  // The entry is based on an older version. Where the server's value was sent from here and only the answer got lost,
  // the entry is sent again, based on it; otherwise the juror has to choose.
  #meetNewer(entry, current) {
    this.#failures = 0;
    this.trouble = null;
    this.#dispatch("saved", { address: entry.address, item: entry.item, stands: current });
    if (current.value === entry.value) return this.drop(entry);
    if (!entry.sent.slice(0, -1).includes(current.value)) {
      entry.clash = current;
      return undefined;
    }
    entry.version = current.version;
    entry.sent = [];
    return this.#send(entry);
  }

  #wait(status) {
    this.trouble = status === 401 ? "signed-out" : status ? "not-kept" : "offline";
    this.#misses += 1;
    if (this.#retrying) return;
    const seconds = BACK_OFF_SECONDS[Math.min(this.#failures, BACK_OFF_SECONDS.length - 1)];
    this.#failures += 1;
    this.#retrying = window.setTimeout(() => this.retry(), seconds * 1000 * (0.8 + Math.random() * 0.4));
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// Where an item is saved, and as what.
function saveOf({ address, item, value, version }) {
  const [kind, name] = item.split(":");
  if (kind === "score") return [`${address}/puntajes`, { criterion: name, value, version }];
  if (kind === "pin") return [`${address}/marcas`, { key: name, pin: JSON.parse(value), version }];
  return [`${address}/notas`, { kind: name, text: value, version }];
}

const outboxes = new Map(); // by person

export function outboxOf(person) {
  if (!outboxes.has(person)) outboxes.set(person, new Outbox(person));
  return outboxes.get(person);
}
