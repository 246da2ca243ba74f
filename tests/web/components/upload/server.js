// /cargas as the upload sees it: uploads by id, each with how much of it was received.

import { answer } from "../browser.js";

export class UploadServer {
  uploads = new Map();
  begun = [];
  asked = [];
  deleted = [];
  pieces = []; // [id, from, length] of what arrived
  refusal = null; // [status, words] for whoever begins
  faults = []; // [status, body] for the next pieces, in turn
  isAway = false; // nothing answers
  isBegun = false; // uploads begin although nothing else answers
  breaks = null; // the next piece breaks off after so many bytes
  holds = false; // pieces stay under way: see `held`
  held = [];
  tried = () => {};

  constructor() {
    const server = this;
    globalThis.fetch = (address, options) => server.#fetch(address, options);
    globalThis.XMLHttpRequest = class {
      upload = {};
      status = 0;
      responseText = "";

      open(_, address) {
        this.address = address;
      }

      send(piece) {
        server.#take(this, piece);
      }

      abort() {
        if (this.isOver) return;
        this.isAborted = true;
        this.end(0, "");
      }

      end(status, body) {
        if (this.isOver) return;
        this.isOver = true;
        Object.assign(this, { status, responseText: body });
        queueMicrotask(() => this.onloadend());
      }

      progress(loaded) {
        this.upload.onprogress({ loaded });
      }
    };
  }

  async #fetch(address, { method, body }) {
    if (method === "POST" && (this.isBegun || !this.isAway)) return this.#begin(JSON.parse(body));
    if (this.isAway) throw new TypeError("Failed to fetch");
    const id = address.split("/").at(-1);
    if (method === "DELETE") {
      this.deleted.push(id);
      return answer(200, {});
    }
    this.asked.push(id);
    const known = this.uploads.get(id);
    return known ? answer(200, known) : answer(403, { error: "No la hay." });
  }

  #begin(told) {
    if (this.refusal) return answer(this.refusal[0], { error: this.refusal[1] });
    this.begun.push(told);
    const id = `c${this.begun.length}`;
    this.uploads.set(id, { received: 0, size: told.size });
    return answer(200, { id });
  }

  #take(request, piece) {
    this.tried();
    const [, id, from] = /^\/cargas\/(.+)\?desde=(\d+)$/.exec(request.address);
    request.finish = () => {
      const upload = this.uploads.get(id);
      const length = this.breaks ?? piece.size;
      this.pieces.push([id, Number(from), length]);
      upload.received = Number(from) + length;
      if (this.breaks === null) request.end(200, JSON.stringify({ received: upload.received }));
      else request.end(0, "");
      this.breaks = null;
    };
    if (this.isAway) request.end(0, "");
    else if (this.faults.length) {
      const [status, body] = this.faults.shift();
      request.end(status, JSON.stringify(body));
    } else if (this.holds) this.held.push(request);
    else request.finish();
  }
}
