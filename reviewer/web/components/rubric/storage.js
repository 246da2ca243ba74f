// This browser's storage for values that the server has not acknowledged: one key an item and tab.

const STORE = "dictamen.rubrica";

export class LocalStore {
  #tab = tabName();

  constructor(person) {
    this.person = person;
  }

  keep(entry) {
    const { value, version, sent } = entry;
    attempt(() => localStorage.setItem(this.#key(entry), JSON.stringify({ value, version, sent, at: Date.now() })));
  }

  forget(entry) {
    attempt(() => localStorage.removeItem(this.#key(entry)));
  }

  // Takes out everything, in whichever tab it was left: the newest entry of each item of this person. What belongs
  // to another person is deleted.
  take() {
    const newest = new Map();
    for (const key of attempt(() => Object.keys(localStorage)) ?? []) {
      const [store, person, address, item] = key.split("|");
      if (store !== STORE) continue;
      const entry = attempt(() => JSON.parse(localStorage.getItem(key)));
      attempt(() => localStorage.removeItem(key));
      if (person !== this.person || !entry) continue;
      const name = `${address}|${item}`;
      if (!(newest.get(name)?.at > entry.at)) newest.set(name, { ...entry, address, item });
    }
    return [...newest.values()];
  }

  #key({ address, item }) {
    return [STORE, this.person, address, item, this.#tab].join("|");
  }
}

// A name that stays the same over reloads of a tab.
function tabName() {
  const name = Math.random().toString(36).slice(2, 10);
  return (
    attempt(() => {
      const known = sessionStorage.getItem(STORE) ?? name;
      sessionStorage.setItem(STORE, known);
      return known;
    }) ?? name
  );
}

// Storage may be full or forbidden; saving to the server goes on without it.
function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
