// The reader: documents as tabs, the pages of one of them on a sheet that scrolls, a toolbar.

import { COORDINATE_SCALE } from "../shared/pin_events.js";
import { ReaderCovers } from "./covers.js";
import { readerKey } from "./keys.js";
import { ask, ImageStore, pageUrl, send, TextStore } from "./load.js";
import { showMachine } from "./machine.js";
import { PageView, widthFor } from "./page.js";
import { ReaderPins } from "./pins.js";
import { Reading } from "./reading.js";
import { Search } from "./search.js";
import { Sheet } from "./sheet.js";
import { DocumentTabs } from "./tabs.js";
import { Versions } from "./versions.js";
import { lastSeen, Views } from "./views.js";
import { fillWindow } from "./window.js";
import { followSelection } from "./words.js";
import { limitZoom, nextZoom, wheelFactor } from "./zoom.js";

export class Reader {
  #zoom = 1;
  #fit = "width";
  #sharpen = 0;
  #ahead = [];
  #off = new AbortController();

  constructor(root) {
    this.root = root;
    this.images = new ImageStore();
    this.versions = new Versions(this, ask, (id) => this.#coversChanged(id));
    this.viewed = new Views((id, view) => send(id, "vista", view));
    this.documents = [];
    this.current = null;
    this.page = 1;
    const part = (name) => root.querySelector(`[data-part=${name}]`);
    Object.assign(this, {
      sheet: part("sheet"),
      empty: part("empty"),
      bar: part("bar"),
      number: part("number"),
      total: part("total"),
      status: part("status"),
      machine: part("machine"),
    });
    this.search = new Search(part("search"), this);
    const { signal } = this.#off;
    const on = (target, type, handler, more) => target.addEventListener(type, handler, { signal, ...more });
    this.tabs = new DocumentTabs(part("tabs"), this.sheet, on, {
      choose: (id) => this.showDocument(id),
      step: (by) => this.step(by),
    });
    this.reading = new Reading(root, part("text"), {
      changed: () => this.#viewChanged(),
      moved: () => this.reading.isText && this.#notePage(),
    });
    this.pages = new Sheet(this.sheet, part("pages"));
    this.#listen(on);
    this.covers = new ReaderCovers(this, part("covering"), ask, on);
    this.#viewChanged();
    this.pins = new ReaderPins(this, on);
  }

  update({ documents, prefetch, widths, tiles, below, pins, flags, covers, keys }) {
    const same = this.current && documents.some(({ id }) => id === this.current.id);
    this.documents = documents;
    Object.assign(this, { widths, tiles });
    this.below = below;
    this.keys = keys;
    this.mayTell = flags;
    this.pins.allow(pins);
    this.covers.allow(covers);
    this.#ahead = prefetch;
    this.tabs.draw(documents);
    fillWindow(this.root, this.below);
    for (const { id, version } of documents) this.versions.note(id, version);
    if (!same) this.#open(lastSeen(documents) ?? documents[0] ?? null);
    else this.#fetchAhead();
  }

  destroy() {
    this.#off.abort();
    this.versions.stop();
    this.viewed.flush();
    this.resizing?.disconnect();
    this.pages.clear();
    this.images.clear();
  }

  // What scrolls: the picture, or the text in its place.
  get scroller() {
    return this.reading.isText ? this.reading.element : this.sheet;
  }

  get views() {
    return this.pages.views;
  }

  // --- documents

  #open(chosen) {
    this.viewed.flush();
    this.current = chosen;
    this.texts = new TextStore(chosen?.id);
    this.pages.show([]);
    this.empty.hidden = chosen !== null;
    this.bar.hidden = chosen === null;
    this.root.dataset.document = chosen?.id ?? "";
    this.tabs.mark(chosen?.id);
    this.reading.open(chosen && { total: chosen.pages.length, texts: this.texts });
    if (!chosen) return;
    const source = {
      id: chosen.id,
      images: this.images,
      texts: this.texts,
      widths: this.widths,
      tiles: this.tiles,
      total: chosen.pages.length,
      shown: () => this.#fetchAhead(),
      read: () => this.#noteMachine(),
      readText: () => this.chooseView("text"),
      mayTell: this.mayTell,
      tell: (page) => send(chosen.id, "aviso", { page }),
    };
    this.pages.show(chosen.pages.map((size, index) => new PageView(source, index + 1, size)));
    this.total.textContent = `de ${this.views.length}`;
    this.#restore();
    this.pages.watchNearness();
    this.reading.goTo(this.page);
    this.#notePage();
    this.search.restart();
    this.pins.draw();
    this.covers.open();
  }

  #coversChanged(id) {
    this.images.forget(id);
    if (id === this.current?.id) this.#open(this.current);
  }

  // Shows the document as it was last seen.
  #restore() {
    const { page, top, zoom, fit } = this.viewed.of(this.current, { zoom: 100 * this.#zoom, fit: this.#fit });
    [this.#zoom, this.#fit] = [zoom / 100, fit];
    this.page = page;
    this.#layOut();
    this.pages.place = { page, above: top / COORDINATE_SCALE };
    this.viewed.change(this.current, {});
  }

  // Remembers the place at the sheet's upper edge.
  #remember() {
    const { page, above } = this.pages.place;
    const top = Math.round(above * COORDINATE_SCALE);
    this.viewed.change(this.current, { page, top, zoom: Math.round(100 * this.#zoom), fit: this.#fit });
  }

  showDocument(id) {
    const chosen = this.documents.find((candidate) => candidate.id === id);
    if (chosen && chosen !== this.current) this.#open(chosen);
  }

  step(by) {
    const at = this.documents.findIndex(({ id }) => id === this.current?.id);
    const next = this.documents[at + by];
    if (!next) return;
    this.#open(next);
    this.#say(`${next.label}, ${next.pages.length} páginas`);
  }

  // The first page of the document after this one, then of the next applicant's, at the width in use.
  #fetchAhead() {
    if (this.views[this.page - 1]?.element.dataset.state !== "shown") return;
    const at = this.documents.findIndex(({ id }) => id === this.current.id);
    const sibling = this.documents[at + 1];
    const width = widthFor(this.widths, this.pages.room.width * this.#zoom * window.devicePixelRatio);
    for (const id of [...(sibling ? [sibling.id] : []), ...this.#ahead]) {
      this.images.load(pageUrl(id, 1, width), { urgent: false }).catch(() => {});
    }
  }

  // --- layout

  #layOut() {
    const { rotation, page_rotations: turned } = this.viewed.of(this.current);
    const rotationOf = ({ number }) => (rotation + (turned[number] ?? 0)) % 360;
    if (this.#fit) this.#zoom = this.#fittingZoom(rotationOf);
    this.pages.layOut(this.#zoom, rotationOf);
    for (const name of ["width", "page"]) {
      this.bar.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(this.#fit === name));
    }
  }

  #fittingZoom(rotationOf) {
    const view = this.views[this.page - 1] ?? this.views[0];
    if (this.#fit === "width" || !view) return 1;
    const aspect = rotationOf(view) % 180 ? 1 / view.aspect : view.aspect;
    const { width, height } = this.pages.room;
    return limitZoom(Math.min((height * aspect) / width, 1));
  }

  #layOutAround(x, y) {
    this.pages.keepPoint(x, y, () => this.#layOut());
    this.#refreshAfter(200);
  }

  #refreshAfter(milliseconds) {
    window.clearTimeout(this.#sharpen);
    this.#sharpen = window.setTimeout(() => this.pages.refresh(), milliseconds);
  }

  zoomTo(zoom, point) {
    const wanted = limitZoom(zoom);
    if (wanted === this.#zoom || !this.current) return;
    this.#resize("", wanted, point);
    this.#say(`Ampliación ${Math.round(wanted * 100)} %`);
  }

  zoomStep(by) {
    if (this.reading.isText) {
      this.#say(`Letra de ${this.reading.resize(by)} %`);
      return;
    }
    const next = nextZoom(this.#zoom, by);
    if (next) this.zoomTo(next);
  }

  // Fits the `width` of pages or the whole `page` into the sheet.
  fit(what) {
    if (!this.current) return;
    const page = this.page;
    this.#resize(what, 1);
    if (what === "page") this.goTo(page);
    this.#say(what === "page" ? "Página completa" : "Ajustado al ancho");
  }

  #resize(fit, zoom, point) {
    [this.#fit, this.#zoom] = [fit, zoom];
    const { rect } = this.pages;
    this.#layOutAround(point?.x ?? rect.left + rect.width / 2, point?.y ?? rect.top + rect.height / 3);
    this.#remember();
  }

  turnPage() {
    const { page_rotations: before } = this.viewed.of(this.current);
    const turned = ((before[this.page] ?? 0) + 90) % 360;
    this.#turn({ page_rotations: { ...before, [this.page]: turned } });
    this.#say(`Página ${this.page} girada`);
  }

  turnAll() {
    const rotation = (this.viewed.of(this.current).rotation + 90) % 360;
    this.#turn({ rotation });
    this.#say(`Documento girado ${rotation} grados`);
  }

  #turn(changes) {
    const page = this.page;
    this.viewed.change(this.current, changes);
    this.#layOut();
    this.goTo(page);
    this.pages.refresh();
    this.viewed.flush();
  }

  // --- the place in the document

  goTo(number) {
    const page = Math.min(Math.max(number, 1), this.views.length);
    this.pages.goTo(page);
    this.reading.goTo(page);
    this.#notePage();
  }

  scrollToHit(view, boxes) {
    if (this.reading.isText) this.reading.choose("image");
    this.pages.scrollToHit(view, boxes);
  }

  // Shows a place that another part of the page names: boxes in fractions of an upright page.
  #showPlace({ document: id, page, boxes }) {
    const wanted = this.documents.find((candidate) => candidate.id === id);
    if (!wanted) return;
    if (wanted.id !== this.current?.id) this.#open(wanted);
    const view = this.views[page - 1];
    if (!view) return;
    for (const page of this.views) page.showHits(page === view ? [boxes] : [], boxes);
    this.scrollToHit(view, boxes);
    this.#notePage();
  }

  chooseView(view) {
    this.reading.choose(view);
    this.focusSheet();
    this.#say(
      { image: "Imagen del documento", text: "Documento como texto", both: "Imagen y texto" }[this.reading.view],
    );
  }

  focusSheet() {
    this.scroller.focus({ preventScroll: true });
  }

  // The page in sight stays in sight when the picture gives way to the text, or the text to the picture.
  #viewChanged() {
    const { view } = this.reading;
    this.sheet.inert = view === "text";
    for (const name of ["text", "both"]) {
      this.bar.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(view === name));
    }
    if (!this.current) return;
    this.goTo(this.page);
  }

  #notePage() {
    const before = this.page;
    this.page = this.reading.isText ? this.reading.page : this.pages.pageAt(0.4);
    if (this.reading.view === "both" && this.page !== before) this.reading.goTo(this.page);
    const typing = this.root.getRootNode().activeElement === this.number;
    if (!typing) this.number.value = String(this.page);
    this.#noteMachine();
  }

  // Says of the page in sight whether its text was read by machine, and how sure that is.
  #noteMachine() {
    showMachine(this.machine, this.page, this.views[this.page - 1]?.machine ?? null);
  }

  #say(words) {
    this.status.textContent = words;
  }

  #listen(on) {
    on(this.bar, "click", ({ target }) => this.#press(target.closest("button")?.dataset.do));
    on(this.number, "focus", () => this.number.select());
    on(this.number, "change", () => this.#typedNumber());
    on(this.number, "keydown", ({ key }) => ["Enter", "Escape"].includes(key) && this.focusSheet());
    on(this.number, "blur", () => this.#notePage());
    on(this.sheet, "scroll", () => window.requestAnimationFrame(() => this.#scrolled()), { passive: true });
    on(this.sheet, "wheel", (event) => this.#wheel(event), { passive: false });
    followSelection(this.sheet, on);
    on(window, "online", () => this.pages.retry());
    on(window, "pagehide", () => this.viewed.flush());
    on(window, "resize", () => fillWindow(this.root, this.below));
    on(window, "dictamen-place", ({ detail }) => this.#showPlace(detail));
    on(document, "keydown", (event) => readerKey(this, event));
    this.resizing = new ResizeObserver(() => {
      fillWindow(this.root, this.below);
      this.#resized();
    });
    this.resizing.observe(this.sheet);
    const block = document.querySelector("[data-testid=stMainBlockContainer]");
    if (block) this.resizing.observe(block);
  }

  #scrolled() {
    if (!this.current || this.reading.isText) return;
    this.#notePage();
    this.#remember();
    this.#refreshAfter(120);
  }

  #resized() {
    const width = this.sheet.clientWidth;
    if (width === this.laidOutFor || !width) return;
    this.laidOutFor = width;
    const { rect } = this.pages;
    this.#layOutAround(rect.left, rect.top + 1);
  }

  #press(name) {
    const actions = {
      out: () => this.zoomStep(-1),
      width: () => this.fit("width"),
      page: () => this.fit("page"),
      in: () => this.zoomStep(1),
      turn: () => this.turnPage(),
      "turn-all": () => this.turnAll(),
      pin: () => this.pins.toggle(),
      text: () => this.chooseView("text"),
      both: () => this.chooseView("both"),
      cover: () => this.covers.toggle(),
      search: () => (this.search.isOpen ? this.search.close() : this.search.open()),
    };
    actions[name]?.();
  }

  #typedNumber() {
    const number = Number.parseInt(this.number.value, 10);
    if (number) this.goTo(number);
    this.number.value = String(this.page);
  }

  #wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoomTo(this.#zoom * wheelFactor(event), { x: event.clientX, y: event.clientY });
  }
}
