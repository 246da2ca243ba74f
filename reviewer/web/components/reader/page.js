// One page on the sheet: its box, sized in advance, and in it image, marks and words.

import { visiblePart } from "./geometry.js";
import { LoadError, pageUrl, RETRY_AFTER_SECONDS } from "./load.js";
import { machineText } from "./text.js";
import { TileLayer } from "./tiles.js";
import { markFor, selectionIn, wordLayer } from "./words.js";

// The smallest width of an image that is as sharp as wanted.
export const widthFor = (widths, wanted) => widths.find((width) => width >= wanted) ?? widths[widths.length - 1];

// What a screen reader hears before a text that was not in the file.
const machineWords = (machine) => (machine === null ? "" : `Texto ${machineText(machine)}.\n`);

export class PageView {
  #near = false;
  #shownWidth = 0;
  #askedWidth = 0;
  #failures = 0;
  #retry = 0;
  #layer = null;
  #hits = [];
  #gone = false;
  #machine = null;

  // `source`: { id, images, texts, widths, tiles, total, shown(view), read(view), readText(), tell(page) }
  constructor(source, number, [width, height]) {
    this.source = source;
    this.number = number;
    this.aspect = width / height;
    this.element = document.createElement("div");
    this.element.className = "page";
    this.element.setAttribute("role", "group");
    this.element.dataset.page = number;
    this.element.dataset.state = "waiting";
    this.element.setAttribute("aria-label", `Página ${number} de ${source.total}`);
    this.element.innerHTML =
      '<div class="turn"><img alt="" draggable="false"><div class="tiles"></div><div class="covers"></div><div class="marks"></div><div class="pins"></div></div>' +
      '<p class="spoken"></p>' +
      '<p class="waiting" aria-hidden="true">Cargando la página…</p>' +
      '<div class="failed" hidden><div><p></p><button type="button" data-do="retry">Reintentar</button> ' +
      '<button type="button" data-do="read">Leer como texto</button> ' +
      '<button type="button" data-do="tell">Avisar a la coordinación</button></div></div>';
    this.turn = this.element.querySelector(".turn");
    this.tiles = new TileLayer(source, number, this.aspect, this.element.querySelector(".tiles"));
    const on = (name, action) =>
      this.element.querySelector(`.failed [data-do=${name}]`).addEventListener("click", action);
    on("retry", () => this.retry());
    on("read", () => source.readText());
    on("tell", () => this.#tell());
  }

  // Sizes the box to `boxWidth` CSS pixels on the screen, the page turned by `rotation` degrees.
  layOut(boxWidth, rotation) {
    const sideways = rotation % 180 !== 0;
    const width = sideways ? boxWidth * this.aspect : boxWidth;
    const height = width / this.aspect;
    Object.assign(this, { width, rotation });
    Object.assign(this.element.style, {
      width: `${boxWidth}px`,
      height: `${sideways ? width : height}px`,
    });
    Object.assign(this.turn.style, {
      width: `${width}px`,
      height: `${height}px`,
      transform: `translate(-50%, -50%) rotate(${rotation}deg)`,
    });
    this.turn.style.setProperty("--upright", `${-rotation}deg`);
  }

  setNear(near) {
    this.#near = near;
    if (near) this.refresh();
    else {
      this.#dropWords();
      this.tiles.show(null, 0);
    }
  }

  // Fetches the image at the width that the screen shows, where it has none as sharp yet.
  refresh() {
    const width = widthFor(this.source.widths, this.width * window.devicePixelRatio);
    if (!this.#near || this.#gone) return;
    if (width <= this.#shownWidth) this.#showWords();
    else if (width !== this.#askedWidth) this.#load(width);
  }

  // Draws what of the page lies in `view` (a rectangle of the screen) anew, where the whole image is not as sharp.
  sharpen(view) {
    const wanted = this.width * window.devicePixelRatio;
    if (this.#gone || !this.#near || wanted <= this.source.widths.at(-1)) return this.tiles.show(null, 0);
    return this.tiles.show(visiblePart(this.element.getBoundingClientRect(), this.rotation, view), wanted);
  }

  retry() {
    window.clearTimeout(this.#retry);
    this.#askedWidth = 0;
    this.#failures = 0;
    this.refresh();
  }

  get hasFailed() {
    return this.element.dataset.state === "failed";
  }

  // What is known of a machine that read the page: how sure it was (0 to 1); null where the text is the file's.
  get machine() {
    return this.#machine;
  }

  showHits(hits, current) {
    this.#hits = hits.map((boxes) => ({ boxes, current: boxes === current }));
    this.#drawMarks();
  }

  showPins(marks) {
    this.element.querySelector(".pins").replaceChildren(...marks);
  }

  showCovers(marks) {
    this.element.querySelector(".covers").replaceChildren(...marks);
  }

  // The place of a hit on the screen, for scrolling to it.
  rectOf(boxes) {
    const mark = markFor(boxes[0], "mark");
    this.element.querySelector(".marks").append(mark);
    const rect = mark.getBoundingClientRect();
    mark.remove();
    return rect;
  }

  remove() {
    this.#gone = true;
    window.clearTimeout(this.#retry);
    this.element.remove();
  }

  async #load(width) {
    this.#askedWidth = width;
    const { images, id } = this.source;
    try {
      const wanted = () => this.#near && !this.#gone;
      const address = await images.load(pageUrl(id, this.number, width), { wanted });
      if (this.#gone) return;
      if (address) await this.#show(address, width);
      else this.#askedWidth = 0;
    } catch (error) {
      if (!this.#gone) this.#fail(error);
    }
  }

  async #show(address, width) {
    const image = new Image();
    image.alt = "";
    image.draggable = false;
    image.src = address;
    await image.decode().catch(() => {
      throw new LoadError("La imagen llegó incompleta.", true);
    });
    if (this.#gone || width < this.#shownWidth) return;
    this.turn.querySelector("img:not(.tile)").replaceWith(image);
    this.#shownWidth = width;
    this.#failures = 0;
    this.#setState("shown");
    this.source.shown(this);
    this.#showWords();
  }

  #fail(error) {
    const failure = error instanceof LoadError ? error : new LoadError("No se pudo mostrar.", false);
    const delay = failure.passing ? RETRY_AFTER_SECONDS[this.#failures] : undefined;
    this.#failures += 1;
    this.#askedWidth = 0;
    if (delay !== undefined) this.#retry = window.setTimeout(() => this.refresh(), delay * 1000);
    // Nothing is said of a single failure that will be retried, nor where a less sharp image is shown already.
    if (this.#shownWidth || (delay !== undefined && this.#failures < 2)) return;
    const note = this.element.querySelector(".failed p");
    const waiting = delay === undefined ? "" : " Se vuelve a intentar en unos segundos.";
    note.textContent = `La página ${this.number} no se pudo mostrar. ${failure.message}${waiting}`;
    this.element.querySelector("[data-do=tell]").hidden = !this.source.mayTell || failure.passing;
    this.#setState("failed");
  }

  async #tell() {
    const note = this.element.querySelector(".failed p");
    const button = this.element.querySelector("[data-do=tell]");
    button.disabled = true;
    try {
      await this.source.tell(this.number);
      button.hidden = true;
      note.textContent = `La coordinación ya sabe que la página ${this.number} no se puede ver. Siga con lo demás.`;
    } catch (error) {
      note.textContent = `El aviso no se envió. ${error.message}`;
    }
    button.disabled = false;
  }

  #setState(state) {
    this.element.dataset.state = state;
    this.element.querySelector(".failed").hidden = state !== "failed";
  }

  async #showWords() {
    if (this.#layer || !this.#near) return;
    let text;
    try {
      text = await this.source.texts.load(this.number);
    } catch {
      return; // the image is shown all the same; the words are asked for again when the page next comes near
    }
    if (this.#layer || !this.#near || this.#gone) return;
    this.#layer = wordLayer(text, this.aspect);
    this.element.querySelector(".pins").before(this.#layer);
    this.element.querySelector(".spoken").textContent =
      machineWords(text.machine) + (text.plain || "Página sin texto: es una imagen o está en blanco.");
    this.#machine = text.machine;
    this.source.read(this);
    this.#drawMarks();
  }

  #dropWords() {
    if (!this.#layer || selectionIn(this.element.getRootNode())?.isCollapsed === false) return;
    this.#layer.remove();
    this.#layer = null;
    this.#drawMarks();
  }

  #drawMarks() {
    const marks = this.#near ? this.#hits : [];
    this.element
      .querySelector(".marks")
      .replaceChildren(
        ...marks.flatMap(({ boxes, current }) => boxes.map((box) => markFor(box, current ? "mark current" : "mark"))),
      );
  }
}
