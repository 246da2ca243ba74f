// The reader: documents as tabs, the pages of one of them on a sheet that scrolls, a toolbar.

import { readerKey } from "./keys.js";
import { ImageStore, pageUrl, send, TextStore } from "./load.js";
import { PageView, widthFor } from "./page.js";
import { ReaderPins } from "./pins.js";
import { Search } from "./search.js";
import { DocumentTabs } from "./tabs.js";
import { machineText } from "./text.js";
import { holdSelection } from "./words.js";
import { limitZoom, nextZoom } from "./zoom.js";

const PADDING = 12;
const LEAST_HEIGHT = 320;
const SURE = 0.85; // as for covers, in reviewer/pdf/ocr_words.py

export class Reader {
  #zoom = 1;
  #rotations = new Map();
  #seen = new Map();
  #sharpen = 0;
  #ahead = [];
  #off = new AbortController();

  constructor(root) {
    this.root = root;
    this.images = new ImageStore();
    this.views = [];
    this.documents = [];
    this.current = null;
    this.page = 1;
    const part = (name) => root.querySelector(`[data-part=${name}]`);
    Object.assign(this, {
      sheet: part("sheet"),
      pages: part("pages"),
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
    this.#listen(on);
    this.pins = new ReaderPins(this, on);
  }

  update({ documents, prefetch, widths, below, pins, flags, keys }) {
    const same = this.current && documents.some(({ id }) => id === this.current.id);
    this.documents = documents;
    this.widths = widths;
    this.below = below;
    this.keys = keys;
    this.mayTell = flags;
    this.pins.allow(pins);
    this.#ahead = prefetch;
    this.tabs.draw(documents);
    this.#fillWindow();
    if (!same) {
      this.#rotations.clear();
      this.#seen.clear();
      this.#open(documents[0] ?? null);
    } else {
      this.#fetchAhead();
    }
  }

  destroy() {
    this.#off.abort();
    this.nearness?.disconnect();
    this.resizing?.disconnect();
    for (const view of this.views) view.remove();
    this.images.clear();
  }

  // --- documents

  #open(chosen) {
    if (this.current) this.#seen.set(this.current.id, this.sheet.scrollTop);
    this.current = chosen;
    this.texts = new TextStore(chosen?.id);
    this.nearness?.disconnect();
    for (const view of this.views) view.remove();
    this.views = [];
    this.empty.hidden = chosen !== null;
    this.bar.hidden = chosen === null;
    this.root.dataset.document = chosen?.id ?? "";
    this.tabs.mark(chosen?.id);
    if (!chosen) return;
    const source = {
      id: chosen.id,
      images: this.images,
      texts: this.texts,
      widths: this.widths,
      total: chosen.pages.length,
      shown: (view) => view.number === 1 && this.#fetchAhead(),
      read: () => this.#noteMachine(),
      mayTell: this.mayTell,
      tell: (page) => send(chosen.id, "aviso", { page }),
    };
    this.views = chosen.pages.map((size, index) => new PageView(source, index + 1, size));
    this.#layOut();
    this.pages.replaceChildren(...this.views.map(({ element }) => element));
    this.sheet.scrollTo({ top: this.#seen.get(chosen.id) ?? 0, left: 0, behavior: "instant" });
    this.total.textContent = `de ${this.views.length}`;
    this.views[0]?.setNear(true); // the observer reports a frame later
    this.#watchNearness();
    this.#notePage();
    this.search.restart();
    this.pins.draw();
  }

  showDocument(id) {
    const chosen = this.documents.find((each) => each.id === id);
    if (chosen && chosen !== this.current) this.#open(chosen);
  }

  step(by) {
    const at = this.documents.findIndex(({ id }) => id === this.current?.id);
    const next = this.documents[at + by];
    if (!next) return;
    this.#open(next);
    this.#say(`${next.label}, ${next.pages.length} páginas`);
  }

  // --- what is fetched, and when

  #watchNearness() {
    const noted = (entries) => {
      for (const { target, isIntersecting } of entries) {
        this.views[Number(target.dataset.page) - 1]?.setNear(isIntersecting);
      }
    };
    this.nearness = new IntersectionObserver(noted, { root: this.sheet, rootMargin: "100% 0px" });
    for (const { element } of this.views) this.nearness.observe(element);
  }

  // The first page of the document after this one, then of the next applicant's, at the width in use.
  #fetchAhead() {
    const first = this.views[0];
    if (first?.element.dataset.state !== "shown") return;
    const at = this.documents.findIndex(({ id }) => id === this.current.id);
    const sibling = this.documents[at + 1];
    const width = widthFor(this.widths, this.#boxWidth() * window.devicePixelRatio);
    for (const id of [...(sibling ? [sibling.id] : []), ...this.#ahead]) {
      this.images.load(pageUrl(id, 1, width), { urgent: false }).catch(() => {});
    }
  }

  // --- layout

  get rotation() {
    return this.#rotations.get(this.current.id) ?? this.current.rotation;
  }

  #boxWidth() {
    return Math.max(Math.floor((this.sheet.clientWidth - 2 * PADDING) * this.#zoom), 80);
  }

  #layOut() {
    const width = this.#boxWidth();
    for (const view of this.views) view.layOut(width, this.rotation);
    this.bar.querySelector("[data-do=fit]").setAttribute("aria-pressed", String(this.#zoom === 1));
  }

  // Lays out again; what lies at this point of the screen stays there.
  #layOutAround(x, y) {
    const view = this.views.find(({ element }) => element.getBoundingClientRect().bottom > y) ?? this.views.at(-1);
    if (!view) return;
    const before = view.element.getBoundingClientRect();
    this.#layOut();
    const after = view.element.getBoundingClientRect();
    const kept = (start, length, point) => (length ? (point - start) / length : 0);
    this.sheet.scrollTop += after.top + kept(before.top, before.height, y) * after.height - y;
    this.sheet.scrollLeft += after.left + kept(before.left, before.width, x) * after.width - x;
    window.clearTimeout(this.#sharpen);
    this.#sharpen = window.setTimeout(() => this.#refresh(), 200);
  }

  #refresh() {
    for (const view of this.views) view.refresh();
  }

  #retry() {
    for (const view of this.views) if (view.hasFailed) view.retry();
  }

  zoomTo(zoom, point) {
    const wanted = limitZoom(zoom);
    if (wanted === this.#zoom || !this.current) return;
    this.#zoom = wanted;
    const rect = this.sheet.getBoundingClientRect();
    this.#layOutAround(point?.x ?? rect.left + rect.width / 2, point?.y ?? rect.top + rect.height / 3);
    this.#say(wanted === 1 ? "Ajustado al ancho" : `Ampliación ${Math.round(wanted * 100)} %`);
  }

  zoomStep(by) {
    const next = nextZoom(this.#zoom, by);
    if (next) this.zoomTo(next);
  }

  turn() {
    const { id } = this.current;
    const rotation = (this.rotation + 90) % 360;
    const page = this.page;
    this.#rotations.set(id, rotation);
    this.#layOut();
    this.goTo(page);
    this.#refresh();
    this.#say(`Documento girado ${rotation} grados`);
    send(id, "giro", { rotation }).catch(() => {}); // it is turned on the screen, and where this fails not the next time
  }

  // As high as the window leaves room for; where the columns stand one below the other, somewhat more than half of it,
  // so that both the page and the first criteria are seen at once.
  #fillWindow() {
    const host = this.root.getRootNode().host ?? this.root;
    const scrolled = host.closest("[data-testid=stMain]")?.scrollTop ?? window.scrollY;
    const { top, width } = host.getBoundingClientRect();
    const alone = width > window.innerWidth * 0.8;
    const room = alone ? window.innerHeight * 0.55 : window.innerHeight - (top + scrolled) - this.below;
    this.root.style.height = `${Math.max(Math.floor(room), LEAST_HEIGHT)}px`;
  }

  // --- the place in the document

  goTo(number) {
    const view = this.views[Math.min(Math.max(number, 1), this.views.length) - 1];
    if (!view) return;
    const offset = view.element.getBoundingClientRect().top - this.sheet.getBoundingClientRect().top;
    this.sheet.scrollTo({ top: this.sheet.scrollTop + offset - PADDING, behavior: "instant" });
    this.#notePage();
  }

  scrollToHit(view, boxes) {
    const hit = view.rectOf(boxes);
    const sheet = this.sheet.getBoundingClientRect();
    const outside = (from, to, low, high) => from < low || to > high;
    if (outside(hit.top, hit.bottom, sheet.top + 60, sheet.bottom - 20)) {
      this.sheet.scrollTop += hit.top - sheet.top - sheet.height / 3;
    }
    if (outside(hit.left, hit.right, sheet.left, sheet.right)) {
      this.sheet.scrollLeft += hit.left - sheet.left - sheet.width / 3;
    }
  }

  // Shows a place that another part of the page names: boxes in fractions of an upright page.
  #showPlace({ document: id, page, boxes }) {
    const wanted = this.documents.find((each) => each.id === id);
    if (!wanted) return;
    if (wanted.id !== this.current?.id) this.#open(wanted);
    const view = this.views[page - 1];
    if (!view) return;
    for (const each of this.views) each.showHits(each === view ? [boxes] : [], boxes);
    this.scrollToHit(view, boxes);
    this.#notePage();
  }

  focusSheet() {
    this.sheet.focus({ preventScroll: true });
  }

  #notePage() {
    const rect = this.sheet.getBoundingClientRect();
    const line = rect.top + rect.height * 0.4;
    const found = this.views.find(({ element }) => element.getBoundingClientRect().bottom > line);
    this.page = (found ?? this.views.at(-1))?.number ?? 1;
    const typing = this.root.getRootNode().activeElement === this.number;
    if (!typing) this.number.value = String(this.page);
    this.#noteMachine();
  }

  // Says of the page in sight whether its text was read by machine, and how sure that is.
  #noteMachine() {
    const machine = this.views[this.page - 1]?.machine ?? null;
    this.machine.hidden = machine === null;
    if (machine === null) return;
    const words = `Página ${this.page}: texto ${machineText(machine)}. Lo buscado, copiado o cubierto en ella sale de ahí.`;
    this.machine.title = words;
    this.machine.querySelector("span").textContent = `Leída por máquina, ${Math.floor(machine * 100)} %`;
    this.machine.toggleAttribute("data-unsure", machine < SURE);
  }

  #say(words) {
    this.status.textContent = words;
  }

  // --- events

  #listen(on) {
    on(this.bar, "click", ({ target }) => this.#press(target.closest("button")?.dataset.do));
    on(this.number, "focus", () => this.number.select());
    on(this.number, "change", () => this.#typedNumber());
    on(this.number, "keydown", ({ key }) => ["Enter", "Escape"].includes(key) && this.focusSheet());
    on(this.number, "blur", () => this.#notePage());
    on(this.sheet, "scroll", () => window.requestAnimationFrame(() => this.#notePage()), { passive: true });
    on(this.sheet, "wheel", (event) => this.#wheel(event), { passive: false });
    on(this.sheet, "pointerdown", ({ target }) => this.#beginSelecting(target));
    on(window, "pointerup", () => this.sheet.classList.remove("selecting"));
    on(document, "selectionchange", () => this.#selecting());
    on(window, "online", () => this.#retry());
    on(window, "resize", () => this.#fillWindow());
    on(window, "dictamen-place", ({ detail }) => this.#showPlace(detail));
    on(document, "keydown", (event) => readerKey(this, event));
    this.resizing = new ResizeObserver(() => {
      this.#fillWindow();
      this.#resized();
    });
    this.resizing.observe(this.sheet);
    const block = document.querySelector("[data-testid=stMainBlockContainer]");
    if (block) this.resizing.observe(block);
  }

  #resized() {
    const width = this.sheet.clientWidth;
    if (width === this.laidOutFor || !width) return;
    this.laidOutFor = width;
    const rect = this.sheet.getBoundingClientRect();
    this.#layOutAround(rect.left, rect.top + 1);
  }

  #beginSelecting(target) {
    this.selected = null;
    if (target.closest(".words span")) this.sheet.classList.add("selecting");
  }

  #selecting() {
    if (!this.sheet.classList.contains("selecting")) return;
    this.selected = holdSelection(this.root.getRootNode(), this.selected);
  }

  #press(name) {
    const actions = {
      out: () => this.zoomStep(-1),
      fit: () => this.zoomTo(1),
      in: () => this.zoomStep(1),
      turn: () => this.turn(),
      pin: () => this.pins.toggle(),
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
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const change = Math.exp(-Math.max(-100, Math.min(100, event.deltaY * lines)) * 0.002);
    this.zoomTo(this.#zoom * change, { x: event.clientX, y: event.clientY });
  }
}
