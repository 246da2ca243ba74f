// Which version of each document is shown: it changes where something else is covered in it.

const ASK_EVERY = 20_000; // milliseconds: what is covered meanwhile is covered in an open page, too

export class Versions {
  #known = new Map();
  #timer = 0;

  // `reader.current` is the document that is open, `ask(id, what)` resolves to what the server says of it; `changed(id)` is
  // called where its pages have to be fetched anew.
  constructor(reader, ask, changed) {
    Object.assign(this, { reader, ask, changed });
    this.#timer = window.setInterval(() => this.#check(), ASK_EVERY);
  }

  note(id, version) {
    const before = this.#known.get(id);
    this.#known.set(id, version);
    if (before !== undefined && before !== version) this.changed(id);
  }

  stop() {
    window.clearInterval(this.#timer);
  }

  async #check() {
    const id = this.reader.current?.id;
    if (!id || document.hidden) return;
    const known = await this.ask(id, "version").catch(() => null);
    if (known) this.note(id, known.version);
  }
}
