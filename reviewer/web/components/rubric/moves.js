// What ends the work on one application: sending the review, skipping it, reopening it, going on. One at a time.

const SETTLE_MS = 600; // the second half of a double click must not send the next application
const PATIENCE_MS = 5000;

export class Moves {
  busy = null; // the name of what is under way, if anything
  notice = "";
  #shownAt = 0;
  #opening = 0;

  // `rubric`: { data, outbox, items, criteria, writable, trigger(name, value), valueOf(item), firstMissing(), goTo(index),
  // ask(), paint() }
  constructor(rubric) {
    this.rubric = rubric;
  }

  // Another application is shown.
  restart() {
    window.clearTimeout(this.#opening);
    this.busy = null;
    this.notice = "";
    this.#shownAt = performance.now();
  }

  // The juror has chosen a level, and so has seen what is shown.
  noteSeen() {
    this.#shownAt = -SETTLE_MS;
  }

  destroy() {
    window.clearTimeout(this.#opening);
  }

  submit() {
    const { rubric } = this;
    const missing = rubric.firstMissing();
    if (!this.#isReady() || !rubric.writable) return;
    if (missing >= 0) {
      const labels = rubric.criteria
        .filter(({ key }) => rubric.valueOf(`score:${key}`) == null)
        .map(({ label }) => label);
      rubric.goTo(missing);
      this.#say(`Falta calificar: ${labels.join(", ")}.`);
      return;
    }
    this.#run("submit", async (address) => {
      if (!(await rubric.outbox.flush(address)))
        return "No se envió, porque algo no se ha podido guardar. Vuelva a intentarlo.";
      const versions = Object.fromEntries(
        rubric.criteria.map(({ key }) => [key, rubric.items.get(`score:${key}`).version]),
      );
      return this.#post("enviar", { versions });
    });
  }

  skip() {
    if (!this.#isReady()) return;
    this.#run("skip", async (address) => {
      await this.rubric.outbox.flush(address);
      return this.#post("omitir", {}, "Es la única que le falta.");
    });
  }

  reopen() {
    const { rubric } = this;
    this.#run("reopen", async (address) => {
      const answer = await rubric.outbox.post(`${address}/reabrir`, {});
      if (answer.status !== 200) return this.#failure(answer);
      await rubric.ask();
      rubric.outbox.announce(address);
      rubric.outbox.revive(address);
      return "";
    });
  }

  goOn() {
    if (!this.#isReady()) return;
    this.busy = "onward";
    this.rubric.paint();
    this.#open(null);
  }

  // Posts what leads to the next application; the words to show where it does not.
  async #post(verb, body, wordsWithoutNext = null) {
    const { data, outbox } = this.rubric;
    const answer = await outbox.post(`${data.address}/${verb}`, body);
    if (answer.status !== 200) return this.#failure(answer);
    outbox.announce(data.address);
    if (answer.body.next === null && wordsWithoutNext) return wordsWithoutNext;
    this.#open(answer.body.next);
    return null;
  }

  async #failure({ status, body }) {
    if (status === 409 || status === 423) await this.rubric.ask();
    if (status === 401) return "Su sesión terminó o alguien más entró en este navegador: entre de nuevo.";
    return status && body.error ? body.error : "Sin conexión: vuelva a intentarlo.";
  }

  // The script opens the next application; where it does not hear (the server was just restarted), the address does.
  #open(next) {
    const { testConnectionState } = document.querySelector("[data-testid=stApp]")?.dataset ?? {};
    this.rubric.trigger("moved", { from: this.rubric.data.folio, next });
    const hears = (testConnectionState ?? "CONNECTED") === "CONNECTED";
    this.#opening = window.setTimeout(() => openAfresh(next), hears ? PATIENCE_MS : 0);
  }

  // `work` returns the words to show, or null while the next application is on its way.
  async #run(name, work) {
    if (this.busy) return;
    const { address } = this.rubric.data;
    this.busy = name;
    this.notice = "";
    this.rubric.paint();
    const words = await work(address);
    if (words === null || this.rubric.data.address !== address) return;
    this.busy = null;
    this.#say(words);
  }

  #isReady() {
    return !this.busy && performance.now() - this.#shownAt > SETTLE_MS;
  }

  #say(words) {
    this.notice = words;
    this.rubric.paint();
  }
}

// Opens the review page of this folio, or of whichever is next where it is null, without the script.
function openAfresh(folio) {
  const address = new URL(window.location.href);
  if (folio === null) address.searchParams.delete("folio");
  else address.searchParams.set("folio", folio);
  window.location.assign(address);
}
