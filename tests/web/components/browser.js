// The parts of a browser that the modules under test use: storage, timers, channels between tabs, connections.

import { afterEach, beforeEach } from "node:test";

globalThis.CustomEvent ??= class CustomEvent extends Event {
  constructor(type, { detail = null } = {}) {
    super(type);
    this.detail = detail;
  }
};

// Its keys are its own properties, as a browser's `localStorage` has them.
class FakeStorage {
  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, value) {
    this[key] = String(value);
  }

  removeItem(key) {
    delete this[key];
  }
}

class FakeChannel {
  static all = [];

  constructor(name) {
    this.name = name;
    FakeChannel.all.push(this);
  }

  postMessage(data) {
    for (const each of FakeChannel.all) if (each !== this && each.name === this.name) each.onmessage?.({ data });
  }
}

// Time that passes only when it is told to.
class Clock {
  #timers = new Map();
  #last = 0;
  now = 1_000_000;

  set = (action, delay = 0) => {
    this.#last += 1;
    this.#timers.set(this.#last, { at: this.now + delay, action });
    return this.#last;
  };

  clear = (timer) => this.#timers.delete(timer);

  async pass(milliseconds) {
    const end = this.now + milliseconds;
    await settled();
    for (;;) {
      const [next] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next[0]);
      this.now = next[1].at;
      next[1].action();
      await settled();
    }
    this.now = end;
  }
}

// Until everything that waits for no timer and no answer has run.
export async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

// A new browser before each test: { clock, send(type): an event of the window }.
export function useBrowser() {
  const browser = {};
  const real = {};
  beforeEach(() => {
    const clock = new Clock();
    const window = Object.assign(new EventTarget(), { setTimeout: clock.set, clearTimeout: clock.clear });
    browser.clock = clock;
    browser.send = (type) => window.dispatchEvent(new Event(type));
    FakeChannel.all = [];
    const parts = {
      window,
      document: new EventTarget(),
      localStorage: new FakeStorage(),
      sessionStorage: new FakeStorage(),
      BroadcastChannel: FakeChannel,
      setTimeout: clock.set,
      clearTimeout: clock.clear,
      performance: { now: () => clock.now },
      fetch: () => Promise.reject(new TypeError("nobody answers")),
    };
    for (const [name, part] of Object.entries(parts)) {
      real[name] = Object.getOwnPropertyDescriptor(globalThis, name);
      Object.defineProperty(globalThis, name, { value: part, configurable: true, writable: true });
    }
    real.functions = [Math.random, Date.now, AbortSignal.timeout];
    Math.random = () => 0.5;
    Date.now = () => clock.now;
    AbortSignal.timeout = (delay) => {
      const controller = new AbortController();
      clock.set(() => controller.abort(), delay);
      return controller.signal;
    };
  });
  afterEach(async () => {
    await settled();
    [Math.random, Date.now, AbortSignal.timeout] = real.functions;
    delete real.functions;
    for (const [name, descriptor] of Object.entries(real)) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  });
  return browser;
}

// What `fetch` resolves to.
export const answer = (status, body, headers = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
