// Sends a zip, or a document, to /cargas in pieces. What arrived stays on the server: a pause, a broken line or a reload
// costs the piece under way. The upload belongs to the window, not to the page that shows it, so that
// one may look at another page of the application meanwhile.
const PIECE = 8 * 1024 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds before each further try
const STALLED = 30_000; // milliseconds without a byte: the line is taken for dead
const PACE_OVER = 8_000; // milliseconds that the pace is measured over
const LOST = "No hay conexión con el servidor.";
const CHANGED = "El archivo cambió, o ya no está donde estaba: elíjalo otra vez.";

class Refusal extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

async function ask(method, address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Error(LOST);
  }
  return read(answer.status, await answer.text());
}

function read(status, text) {
  let told = {};
  try {
    told = JSON.parse(text);
  } catch {
    if (status < 500) throw new Refusal("El servidor contestó algo que no se entiende.", status);
  }
  if (status >= 500 && status !== 507) throw new Error(told.error ?? LOST);
  if (status === 409) return told;
  if (status >= 400) throw new Refusal(told.error, status);
  return told;
}

class Upload {
  constructor({ call, place, ending }) {
    Object.assign(this, { call, ending });
    this.memory = `dictamen-carga-${place}`;
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

  // What this browser remembers of an upload that was not finished.
  recall() {
    try {
      return JSON.parse(localStorage.getItem(this.memory));
    } catch {
      return null;
    }
  }

  remember(what) {
    try {
      if (what) localStorage.setItem(this.memory, JSON.stringify(what));
      else localStorage.removeItem(this.memory);
    } catch {
      // without storage only the way back after a reload is lost
    }
  }

  async look() {
    const known = this.recall();
    if (!known || this.looked || this.state !== "idle") return;
    this.looked = true;
    try {
      const { received, size } = await ask("GET", `/cargas/${known.id}`);
      if (received < size && this.state === "idle") this.half = { ...known, received };
      else if (received >= size) this.remember(null);
    } catch (error) {
      if (error instanceof Refusal && error.status === 403) this.remember(null);
    }
    this.show();
  }

  async start(file) {
    if (this.state !== "idle") return;
    this.told = "";
    try {
      await this.check(file);
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

  async check(file) {
    if (this.ending === ".pdf") return this.checkDocument(file);
    if (!file.name.toLowerCase().endsWith(".zip")) {
      throw new Error(`«${file.name}» no es un zip: comprima la carpeta del lote y elija el archivo .zip.`);
    }
    let head;
    try {
      head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    } catch {
      throw new Error(`No se puede leer «${file.name}». Si es una carpeta, comprímala en un .zip.`);
    }
    if (head[0] !== 0x50 || head[1] !== 0x4b) {
      throw new Error(`«${file.name}» no es un zip por dentro: vuelva a comprimir la carpeta del lote.`);
    }
  }

  // The server looks inside; a wrong name is told at once.
  checkDocument(file) {
    if (!file.name.toLowerCase().endsWith(".pdf")) {
      throw new Error(`«${file.name}» no es un PDF: guárdelo como PDF y elija el archivo .pdf.`);
    }
  }

  async announce(file) {
    const known = this.recall();
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
    this.remember({ id: begun.id, name: file.name, size: file.size, modified: file.lastModified });
    return { id: begun.id, received: 0 };
  }

  async send() {
    const turn = ++this.turn;
    let tries = 0;
    while (turn === this.turn && this.received < this.size) {
      try {
        const from = this.received;
        const told = await this.put();
        if (turn !== this.turn) return;
        this.received = told.received;
        this.note = "";
        if (told.error && told.received === from) throw new Error(told.error);
        tries = 0;
      } catch (error) {
        if (turn !== this.turn) return;
        if (error instanceof Refusal) return this.stop(error);
        if (!(await this.isReadable())) return this.stop(new Refusal(CHANGED, 415));
        await this.wait(error.message, WAITS[Math.min(tries++, WAITS.length - 1)], turn);
      }
    }
    if (turn === this.turn) this.finish();
  }

  // A file that was changed or moved meanwhile looks like a broken line otherwise.
  async isReadable() {
    try {
      await this.file.slice(0, 1).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  }

  put() {
    const from = this.received;
    return new Promise((resolve, reject) => {
      const request = (this.request = new XMLHttpRequest());
      let quiet;
      const heard = () => {
        clearTimeout(quiet);
        quiet = setTimeout(() => request.abort(), STALLED);
      };
      request.open("PUT", `/cargas/${this.id}?desde=${from}`);
      request.upload.onprogress = (event) => {
        heard();
        this.mark(from + event.loaded);
      };
      request.onloadend = () => {
        clearTimeout(quiet);
        if (request.status === 0) return reject(new Error(LOST));
        try {
          resolve(read(request.status, request.responseText));
        } catch (error) {
          reject(error);
        }
      };
      heard();
      request.send(this.file.slice(from, from + PIECE));
    });
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
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 1000);
        window.addEventListener("online", () => (clearTimeout(timer), (left = 0), resolve()), { once: true });
      });
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
      this.remember(null);
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
    this.remember(null);
    this.show();
    if (id) await ask("DELETE", `/cargas/${id}`).catch(() => {});
  }

  finish() {
    this.state = "whole";
    this.remember(null);
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

function size(bytes) {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function time(seconds) {
  if (seconds < 5) return "quedan unos segundos";
  if (seconds < 60) return `quedan ${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "queda 1 min" : `quedan ${minutes} min`;
  return `quedan ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function paint(root, upload) {
  const part = (name) => root.querySelector(`.${name}`);
  const { state } = upload;
  part("idle").hidden = state !== "idle";
  part("busy").hidden = state === "idle";
  part("told").hidden = !upload.told;
  part("told").textContent = upload.told;
  part("half").hidden = !upload.half;
  if (upload.half) {
    const { name, received, size: all } = upload.half;
    part("half").textContent =
      `Hay una carga a medias: «${name}», ${size(received)} de ${size(all)}. ` +
      "Elija otra vez el mismo archivo y seguirá donde quedó.";
  }
  if (state === "idle") return;
  const sent = state === "sending" ? Math.max(upload.sent, upload.received) : upload.received;
  const share = upload.size ? Math.min(100, (100 * sent) / upload.size) : 0;
  part("name").textContent = upload.file.name;
  part("amount").textContent = `${size(sent)} de ${size(upload.size)} · ${Math.floor(share)} %`;
  part("done").style.width = `${share}%`;
  part("bar").setAttribute("aria-valuenow", Math.floor(share));
  part("pause").hidden = state !== "sending";
  part("resume").hidden = state !== "paused";
  part("cancel").hidden = state === "whole";
  const pace = upload.pace;
  if (state === "paused") part("pace").textContent = "En pausa";
  else if (state === "whole") part("pace").textContent = "Recibido";
  else if (upload.note) part("pace").textContent = upload.note;
  else if (pace) part("pace").textContent = `${size(pace)}/s · ${time((upload.size - sent) / pace)}`;
  else part("pace").textContent = "";
}

function guardWindow() {
  if (window.dictamenUploads) return window.dictamenUploads;
  const uploads = (window.dictamenUploads = new Map());
  // A file dropped beside the box would take the page's place.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  window.addEventListener("beforeunload", (event) => {
    if ([...uploads.values()].some((each) => each.state === "sending")) event.preventDefault();
  });
  return uploads;
}

export default function ({ data, parentElement: root, setTriggerValue }) {
  const uploads = guardWindow();
  if (!uploads.has(data.place)) uploads.set(data.place, new Upload(data));
  const upload = uploads.get(data.place);
  const box = root.querySelector(".box");
  const input = root.querySelector("input");
  const on = (name, act) => (root.querySelector(`.${name}`).onclick = act);
  const take = (file) => file && upload.start(file);

  root.querySelector(".invite").textContent = data.invite;
  input.accept = data.ending;
  input.setAttribute("aria-label", data.invite);
  upload.show = () => paint(root, upload);
  upload.hand = setTriggerValue;
  on("choose", () => input.click());
  on("pause", () => upload.pause());
  on("resume", () => upload.resume());
  on("cancel", () => upload.cancel());
  input.onchange = () => {
    take(input.files[0]);
    input.value = "";
  };
  box.ondragover = () => box.classList.add("over");
  box.ondragleave = () => box.classList.remove("over");
  box.ondrop = (event) => {
    box.classList.remove("over");
    take(event.dataTransfer.files[0]);
  };
  upload.show();
  upload.look();
  upload.deliver();
  return () => {
    upload.hand = null;
    upload.show = () => {};
  };
}
