// What the reader fetches: page images and page texts, kept in the memory of this tab and nowhere else.

import { PageText } from "./text.js";

const IMAGE_BYTES_KEPT = 64 * 1024 * 1024;
const FETCHES_AT_ONCE = 3;
export const RETRY_AFTER_SECONDS = [1, 2, 4, 8, 15, 15];

// Why something could not be fetched, in words for the reader; `passing` where trying again may help.
export class LoadError extends Error {
  constructor(message, passing) {
    super(message);
    this.passing = passing;
  }
}

async function fetchOrExplain(url, expectedType, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", ...options });
  } catch {
    throw new LoadError("No hay conexión con el servidor.", true);
  }
  const type = answer.headers.get("content-type") ?? "";
  if (answer.ok && type.startsWith(expectedType)) return answer;
  if (answer.status === 401 || answer.status === 403) {
    throw new LoadError("La sesión terminó o este documento ya no está a su cargo.", false);
  }
  if (answer.status === 422) throw new LoadError((await answer.json()).error, false);
  // Only our own route explains itself in plain text, and tells whether asking again may help; the page of a proxy
  // is not shown.
  if (answer.status === 503 && type.startsWith("text/plain")) {
    throw new LoadError(await answer.text(), answer.headers.has("retry-after"));
  }
  throw new LoadError("El servidor no pudo entregarla.", answer.status >= 500 || answer.ok);
}

export const pageUrl = (id, number, width) => `/documentos/${id}/paginas/${number}.webp?ancho=${width}`;
export const tileUrl = (id, number, width, column, row) => `${pageUrl(id, number, width)}&trozo=${column}-${row}`;
const textUrl = (id, number) => `/documentos/${id}/texto/${number}`;

// Saves something about a document, `content` as JSON. Rejects with a LoadError.
export const send = (id, what, content) =>
  fetchOrExplain(`/documentos/${id}/${what}`, "", {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });

// What the server knows of a document, or answers to `content`, as an object. Rejects with a LoadError.
export async function ask(id, what, content) {
  const answer = content === undefined ? fetchOrExplain(`/documentos/${id}/${what}`, "") : send(id, what, content);
  return (await answer).json();
}

// Page images by address: a few at a time, the urgent ones first; one that is no longer wanted is not begun.
export class ImageStore {
  #kept = new Map();
  #bytes = 0;
  #asked = new Map();
  #running = 0;

  get(url) {
    const image = this.#kept.get(url);
    if (!image) return undefined;
    this.#kept.delete(url);
    this.#kept.set(url, image);
    return image.address;
  }

  // Resolves to an address for <img>, or to null when it was no longer wanted.
  load(url, { urgent = true, wanted = () => true } = {}) {
    const kept = this.get(url);
    if (kept) return Promise.resolve(kept);
    let job = this.#asked.get(url);
    if (job) {
      job.urgent ||= urgent;
      job.wanted.push(wanted);
      return job.promise;
    }
    job = { url, urgent, wanted: [wanted], begun: false };
    job.promise = new Promise((resolve, reject) => Object.assign(job, { resolve, reject }));
    this.#asked.set(url, job);
    this.#next();
    return job.promise;
  }

  // Forgets the pages of a document, in which something else is covered now.
  forget(id) {
    for (const [url, { address, size }] of this.#kept) {
      if (!url.startsWith(`/documentos/${id}/`)) continue;
      this.#kept.delete(url);
      this.#bytes -= size;
      URL.revokeObjectURL(address);
    }
  }

  clear() {
    for (const { address } of this.#kept.values()) URL.revokeObjectURL(address);
    this.#kept.clear();
    this.#bytes = 0;
  }

  #next() {
    while (this.#running < FETCHES_AT_ONCE) {
      const waiting = [...this.#asked.values()].filter((job) => !job.begun);
      const job = waiting.find(({ urgent }) => urgent) ?? (this.#running ? undefined : waiting[0]);
      if (!job) return;
      if (job.wanted.some((wanted) => wanted())) this.#run(job);
      else this.#settle(job, () => job.resolve(null));
    }
  }

  async #run(job) {
    job.begun = true;
    this.#running += 1;
    try {
      const answer = await fetchOrExplain(job.url, "image/", { priority: job.urgent ? "high" : "low" });
      const blob = await answer.blob();
      const address = this.#keep(job.url, blob);
      this.#settle(job, () => job.resolve(address));
    } catch (error) {
      const failure = error instanceof LoadError ? error : new LoadError("La conexión se interrumpió.", true);
      this.#settle(job, () => job.reject(failure));
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  #settle(job, finish) {
    this.#asked.delete(job.url);
    finish();
  }

  #keep(url, blob) {
    const address = URL.createObjectURL(blob);
    this.#kept.set(url, { address, size: blob.size });
    this.#bytes += blob.size;
    for (const [oldest, { address: old, size }] of this.#kept) {
      if (this.#bytes <= IMAGE_BYTES_KEPT || oldest === url) break;
      this.#kept.delete(oldest);
      this.#bytes -= size;
      URL.revokeObjectURL(old);
    }
    return address;
  }
}

// The texts of one document's pages, each fetched once; one that failed is asked for again the next time.
export class TextStore {
  #pages = new Map();

  constructor(id) {
    this.id = id;
  }

  load(number) {
    let asked = this.#pages.get(number);
    if (!asked) {
      asked = fetchOrExplain(textUrl(this.id, number), "application/json")
        .then((answer) => answer.json())
        .then((page) => new PageText(page.lines, page.machine));
      asked.catch(() => this.#pages.delete(number));
      this.#pages.set(number, asked);
    }
    return asked;
  }
}
