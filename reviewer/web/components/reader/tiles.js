// Parts of a page drawn larger than its whole image, where the screen shows it larger than that image is wide.

import { tileUrl } from "./load.js";
import { percent } from "./words.js";

// The tiles of a drawing `width` pixels wide that cover `part` ([x0, y0, x1, y1], fractions), as [column, row].
export function tilesIn(part, width, aspect, size) {
  const [x0, y0, x1, y1] = part;
  const height = width / aspect;
  const range = (from, to, length) => {
    const last = Math.ceil(length / size) - 1;
    const first = Math.min(Math.floor((from * length) / size), last);
    const end = Math.min(Math.ceil((to * length) / size) - 1, last);
    return Array.from({ length: Math.max(end - first, 0) + 1 }, (_, index) => first + index);
  };
  const columns = range(x0, x1, width);
  return range(y0, y1, height).flatMap((row) => columns.map((column) => [column, row]));
}

export class TileLayer {
  #shown = new Map();
  #wanted = new Set();

  // `source`: { id, images, tiles: { size, widths } }
  constructor(source, number, aspect, element) {
    Object.assign(this, { source, number, aspect, element });
  }

  // Shows this part of the page as sharp as a drawing `width` pixels wide; nothing where that is null.
  async show(part, width) {
    const { size, widths } = this.source.tiles;
    const drawn = widths.find((each) => each >= width) ?? widths.at(-1);
    const urls = new Map();
    for (const [column, row] of part ? tilesIn(part, drawn, this.aspect, size) : []) {
      urls.set(tileUrl(this.source.id, this.number, drawn, column, row), [column, row]);
    }
    this.#wanted = new Set(urls.keys());
    const missing = [...urls].filter(([url]) => !this.#shown.has(url));
    await Promise.all(missing.map(([url, place]) => this.#add(url, place, drawn)));
    this.#dropOthers();
  }

  #dropOthers() {
    for (const [url, image] of this.#shown) {
      if (this.#wanted.has(url)) continue;
      image.remove();
      this.#shown.delete(url);
    }
  }

  // The image of the whole page lies below: where a tile fails, that is seen.
  async #add(url, [column, row], drawn) {
    const { size } = this.source.tiles;
    try {
      const address = await this.source.images.load(url, { wanted: () => this.#wanted.has(url) });
      if (!address) return;
      const image = new Image();
      Object.assign(image, { alt: "", draggable: false, className: "tile", src: address });
      await image.decode();
      if (!this.#wanted.has(url) || this.#shown.has(url)) return;
      const height = drawn / this.aspect;
      image.style.cssText =
        `left:${percent((column * size) / drawn)};top:${percent((row * size) / height)};` +
        `width:${percent(image.naturalWidth / drawn)};height:${percent(image.naturalHeight / height)}`;
      this.element.append(image);
      this.#shown.set(url, image);
    } catch {
      // It is asked for again when the page next moves.
    }
  }
}
