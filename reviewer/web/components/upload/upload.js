// Sends a file to /cargas in pieces. What arrived stays on the server: a pause, a lost connection or a reload costs the
// piece under way.

import { ask, Refusal } from "./asking.js";
import { checkFile, isReadable } from "./file.js";
import { Memory } from "./memory.js";
import { sendPiece } from "./piece.js";

const PIECE = 8 * 1024 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds before each further try
const PACE_OVER = 8_000; // milliseconds that the pace is measured over
const CHANGED = "El archivo cambió, o ya no está donde estaba: elíjalo otra vez.";

export class Upload {
  constructor({ call, place, ending }) {
    Object.assign(this, { call, ending });
    this.memory = new Memory(place);
    this.show = () => {};
    this.hand = null;
    this.turn = 0; // each start, pause and end ends what was under way before it
    this.reset();
  }

  reset() {
    this.turn++;
    this.request?.abort();
    Object.assign(this, { state: "idle", file: null, id: null, received: 0, sent: 0, marks: [] });
    Object.assign(this, { told: "", note: "", half: null });
  }

  get size() {
    return this.file?.size ?? 0;
  }

  async look() {
    const known = this.memory.recall();
    if (!known || this.looked || this.state !== "idle") return;
    this.looked = true;
    try {
      const { received, size } = await ask("GET", `/cargas/${known.id}`);
      if (received < size && this.state === "idle") this.half = { ...known, received };
      else if (received >= size) this.memory.forget();
    } catch (error) {
      if (error instanceof Refusal && error.status === 403) this.memory.forget();
    }
    this.show();
  }

  async start(file) {
    if (this.state !== "idle") return;
    this.told = "";
    try {
      await checkFile(file, this.ending);
      Object.assign(this, { file, state: "sending", half: null });
      this.show();
      const begun = await this.announce(file);
      if (this.file !== file) return ask("DELETE", `/cargas/${begun.id}`).catch(() => {}); // cancelled meanwhile
      Object.assign(this, begun);
    } catch (error) {
      this.reset();
      this.told = error.message;
      this.show();
      return;
    }
    if (this.state === "sending") await this.send();
  }

  async announce(file) {
    const known = this.memory.recall();
    const same = known?.name === file.name && known.size === file.size && known.modified === file.lastModified;
    if (same) {
      try {
        const { received } = await ask("GET", `/cargas/${known.id}`);
        return { id: known.id, received };
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 403) throw error;
      }
    }
    const begun = await ask("POST", "/cargas", { name: file.name, size: file.size, call: this.call });
    this.memory.keep({ id: begun.id, name: file.name, size: file.size, modified: file.lastModified });
    return { id: begun.id, received: 0 };
  }

  async send() {
    const turn = ++this.turn;
    let tries = 0;
    while (turn === this.turn && this.received < this.size) {
      const error = await this.#sendNext(turn);
      if (turn !== this.turn) return;
      if (!error) {
        tries = 0;
        continue;
      }
      if (error instanceof Refusal) return this.stop(error);
      if (!(await isReadable(this.file))) return this.stop(new Refusal(CHANGED, 415));
      await this.wait(error.message, WAITS[Math.min(tries++, WAITS.length - 1)], turn);
    }
    if (turn === this.turn) this.finish();
  }

  // Sends the piece after what was received; the error, if any.
  async #sendNext(turn) {
    const from = this.received;
    try {
      const told = await sendPiece(`/cargas/${this.id}?desde=${from}`, this.file.slice(from, from + PIECE), {
        begun: (request) => {
          this.request = request;
        },
        progress: (loaded) => this.mark(from + loaded),
      });
      if (turn !== this.turn) return null;
      this.received = told.received;
      this.note = "";
      return told.error && told.received === from ? new Error(told.error) : null;
    } catch (error) {
      return error;
    }
  }

  mark(sent) {
    const now = performance.now();
    Object.assign(this, { sent, note: "" });
    this.marks = this.marks.filter(([at, bytes]) => now - at < PACE_OVER && bytes <= sent);
    this.marks.push([now, sent]);
    this.show();
  }

  // Bytes a second over the last seconds; 0 while too little was seen.
  get pace() {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    return last && last[0] - first[0] > 500 ? (1000 * (last[1] - first[1])) / (last[0] - first[0]) : 0;
  }

  async wait(words, seconds, turn) {
    this.marks = [];
    for (let left = seconds; left > 0 && turn === this.turn; left--) {
      this.note = `${words} Se reintenta solo en ${left} s.`;
      this.show();
      if (await isOnlineWithin(1000)) break;
    }
    if (turn !== this.turn) return;
    this.note = "Reanudando…";
    this.show();
    await this.askWhere();
  }

  // After a break the server may have more, or less, than was told here.
  async askWhere() {
    try {
      this.received = this.sent = (await ask("GET", `/cargas/${this.id}`)).received;
    } catch {
      // the next piece will tell
    }
  }

  pause() {
    this.turn++;
    Object.assign(this, { state: "paused", marks: [], note: "" });
    this.request?.abort();
    this.show();
  }

  async resume() {
    Object.assign(this, { state: "sending", told: "", note: "Reanudando…" });
    this.show();
    if (!this.id) return; // it is being announced, and will be sent then
    await this.askWhere();
    await this.send();
  }

  stop(refusal) {
    if ([403, 415].includes(refusal.status)) {
      this.memory.forget();
      this.reset();
    } else {
      this.pause();
    }
    this.told = refusal.message;
    this.show();
  }

  async cancel() {
    const { id } = this;
    this.reset();
    this.memory.forget();
    this.show();
    if (id) await ask("DELETE", `/cargas/${id}`).catch(() => {});
  }

  finish() {
    this.state = "whole";
    this.memory.forget();
    this.show();
    this.deliver();
  }

  // Tells the page, or waits until one is there to be told.
  deliver() {
    if (this.state !== "whole" || !this.hand) return;
    const { id } = this;
    this.reset();
    this.hand("complete", id);
    this.show();
  }
}

// Waits this long, or until the browser says that it is online again, and whether it did.
function isOnlineWithin(milliseconds) {
  return new Promise((resolve) => {
    const end = (isOnline) => {
      clearTimeout(timer);
      window.removeEventListener("online", heard);
      resolve(isOnline);
    };
    const heard = () => end(true);
    const timer = setTimeout(() => end(false), milliseconds);
    window.addEventListener("online", heard);
  });
}
