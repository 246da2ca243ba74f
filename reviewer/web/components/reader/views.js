// How a person sees each document: turned pages, size and place. Saved a moment after it changes.

const SAVE_AFTER = 1500;
const NEW = { rotation: 0, page_rotations: {}, page: 1, top: 0, zoom: 100, fit: "width" };

export class Views {
  #views = new Map();
  #unsaved = new Map();
  #timer = 0;

  // `save(id, view)` sends one, and resolves or rejects.
  constructor(save) {
    this.save = save;
  }

  // How this document was last seen here or, as the server knows it, anywhere; in a new one the size stays as it is.
  of({ id, view }, { zoom, fit } = NEW) {
    const { seen_at, ...known } = view ?? { ...NEW, zoom, fit };
    return { ...known, ...this.#views.get(id) };
  }

  change({ id, view }, changes) {
    const before = this.of({ id, view });
    const after = { ...before, ...changes };
    if (this.#views.has(id) && JSON.stringify(before) === JSON.stringify(after)) return;
    this.#views.set(id, after);
    this.#unsaved.set(id, after);
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.flush(), SAVE_AFTER);
  }

  // Saves now what was not saved yet. Where that fails, it is as it was the next time.
  flush() {
    window.clearTimeout(this.#timer);
    for (const [id, view] of this.#unsaved) this.save(id, view).catch(() => {});
    this.#unsaved.clear();
  }
}

// Of these documents the one that was seen last; undefined where none was.
export function lastSeen(documents) {
  const seen = documents.filter(({ view }) => view);
  return seen.sort((one, other) => other.view.seen_at - one.view.seen_at)[0];
}
