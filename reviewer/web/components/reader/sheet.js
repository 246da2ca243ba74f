// The pages of one document, one below the other on a sheet that scrolls.

export const PADDING = 12;
const BESIDE = 200; // pixels around what is seen that are drawn sharp too, so that small moves show nothing soft

export class Sheet {
  #nearness = null;

  constructor(element, pages) {
    this.element = element;
    this.pages = pages;
    this.views = [];
  }

  show(views) {
    this.#nearness?.disconnect();
    for (const view of this.views) view.remove();
    this.views = views;
    this.pages.replaceChildren(...views.map(({ element }) => element));
  }

  // Pages fetch their images where they come near; to be called once these lie at their place.
  watchNearness() {
    const noted = (entries) => {
      for (const { target, isIntersecting } of entries) {
        this.views[Number(target.dataset.page) - 1]?.setNear(isIntersecting);
      }
    };
    this.#nearness = new IntersectionObserver(noted, { root: this.element, rootMargin: "100% 0px" });
    for (const { element } of this.views) this.#nearness.observe(element);
  }

  get rect() {
    return this.element.getBoundingClientRect();
  }

  // What pages of 100 % have as width and height.
  get room() {
    return { width: this.element.clientWidth - 2 * PADDING, height: this.element.clientHeight - 2 * PADDING };
  }

  layOut(zoom, rotationOf) {
    const width = Math.max(Math.floor(this.room.width * zoom), 80);
    for (const view of this.views) view.layOut(width, rotationOf(view));
  }

  // Lays out by `layOut`; what lies at this point of the screen stays there.
  keepPoint(x, y, layOut) {
    const view = this.views.find(({ element }) => element.getBoundingClientRect().bottom > y) ?? this.views.at(-1);
    if (!view) return;
    const before = view.element.getBoundingClientRect();
    layOut();
    const after = view.element.getBoundingClientRect();
    const kept = (start, length, point) => (length ? (point - start) / length : 0);
    this.element.scrollTop += after.top + kept(before.top, before.height, y) * after.height - y;
    this.element.scrollLeft += after.left + kept(before.left, before.width, x) * after.width - x;
  }

  refresh() {
    for (const view of this.views) view.refresh();
    const { left, top, right, bottom } = this.rect;
    const seen = { left: left - BESIDE, top: top - BESIDE, right: right + BESIDE, bottom: bottom + BESIDE };
    for (const view of this.views) view.sharpen(seen);
  }

  retry() {
    for (const view of this.views) if (view.hasFailed) view.retry();
  }

  // --- places

  // Where a page begins on the sheet.
  #topOf({ element }) {
    return element.getBoundingClientRect().top - this.rect.top + this.element.scrollTop;
  }

  #scrollTo(top) {
    this.element.scrollTo({ top, left: 0, behavior: "instant" });
  }

  // The number of the page that lies at this part of the sheet's height.
  pageAt(part) {
    const { top, height } = this.rect;
    const line = top + height * part;
    const view = this.views.find(({ element }) => element.getBoundingClientRect().bottom > line);
    return (view ?? this.views.at(-1))?.number ?? 1;
  }

  // The page at the upper edge, and how much of it (0 to 1) lies above.
  get place() {
    const page = this.pageAt(0);
    const view = this.views[page - 1];
    if (!view) return { page: 1, above: 0 };
    const above = (this.element.scrollTop - this.#topOf(view)) / view.element.offsetHeight;
    return { page, above: Math.min(Math.max(above, 0), 1) };
  }

  set place({ page, above }) {
    const view = this.views[page - 1];
    if (!view || (page === 1 && above === 0)) this.#scrollTo(0);
    else this.#scrollTo(this.#topOf(view) + above * view.element.offsetHeight);
    (view ?? this.views[0])?.setNear(true); // the observer reports a frame later
  }

  goTo(number) {
    const view = this.views[Math.min(Math.max(number, 1), this.views.length) - 1];
    if (!view) return;
    this.element.scrollTo({ top: this.#topOf(view) - PADDING, behavior: "instant" });
  }

  // Brings a place of a page into sight, in fractions of the page.
  scrollToHit(view, boxes) {
    const hit = view.rectOf(boxes);
    const sheet = this.rect;
    const outside = (from, to, low, high) => from < low || to > high;
    if (outside(hit.top, hit.bottom, sheet.top + 60, sheet.bottom - 20)) {
      this.element.scrollTop += hit.top - sheet.top - sheet.height / 3;
    }
    if (outside(hit.left, hit.right, sheet.left, sheet.right)) {
      this.element.scrollLeft += hit.left - sheet.left - sheet.width / 3;
    }
  }

  clear() {
    this.#nearness?.disconnect();
    for (const view of this.views) view.remove();
  }
}
