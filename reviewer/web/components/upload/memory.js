// What this browser remembers of an upload that was not finished.

export class Memory {
  constructor(place) {
    this.key = `dictamen-carga-${place}`;
  }

  recall() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  keep(upload) {
    try {
      localStorage.setItem(this.key, JSON.stringify(upload));
    } catch {
      // without storage only the way back after a reload is lost
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was kept either
    }
  }
}
