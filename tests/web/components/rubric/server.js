// A server of reviews as the outbox sees it: items with versions, refused where they are based on an older one.

import { answer } from "../browser.js";

export class Server {
  requests = [];
  items = new Map();
  status = null; // answers every request with this instead
  isAway = false; // no request reaches it
  losesAnswers = false; // requests are carried out, their answers get lost
  isSilent = false; // requests are never answered

  constructor() {
    globalThis.fetch = (address, options) => this.#fetch(address, options);
  }

  get bodies() {
    return this.requests.map(({ body }) => body);
  }

  put(item, value, version) {
    this.items.set(item, { value, version, at: "2026-03-01T10:00:00.000+00:00" });
  }

  async #fetch(address, options) {
    const body = options.body ? JSON.parse(options.body) : null;
    this.requests.push({ ...options, address, body });
    if (this.isSilent) await new Promise((_, reject) => options.signal.addEventListener("abort", reject));
    if (this.isAway) throw new TypeError("Failed to fetch");
    if (this.status) return answer(this.status, { error: `No: ${this.status}.` });
    const told = this.#save(address.split("/").at(-1), body);
    if (this.losesAnswers) throw new TypeError("Failed to fetch");
    return told;
  }

  #save(verb, body) {
    const item = { puntajes: `score:${body.criterion}`, notas: `note:${body.kind}`, marcas: `pin:${body.key}` }[verb];
    const value = { puntajes: body.value, notas: body.text, marcas: JSON.stringify(body.pin) }[verb];
    const current = this.items.get(item) ?? { value: null, version: 0 };
    if (current.version !== body.version) return answer(409, { error: "Cambió.", current });
    this.put(item, value, current.version + 1);
    const { version, at } = this.items.get(item);
    return answer(200, { version, saved_at: at, total: null, missing: [] });
  }
}
