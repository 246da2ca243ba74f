// Figures whose parts show their meaning when pointed at or reached by keyboard, and are chosen by a click.

export class Figures {
  #html = null;
  #tip = null;

  constructor(root) {
    this.place = root.querySelector(".figures");
    this.#listen();
  }

  update(data, choose) {
    this.choose = choose;
    if (data.html === this.#html) return;
    const focused = this.#where(this.#active());
    this.#html = data.html;
    this.place.innerHTML = data.html;
    this.#tip = this.place.appendChild(document.createElement("div"));
    Object.assign(this.#tip, { className: "tip", hidden: true });
    this.#tip.setAttribute("role", "status");
    for (const figure of this.place.querySelectorAll("svg[role=group]")) {
      const parts = this.#parts(figure);
      const first = parts.find((each) => each.getAttribute("aria-pressed") === "true") ?? parts[0];
      first?.setAttribute("tabindex", "0");
    }
    if (focused) this.#focus(this.place.querySelector(focused));
  }

  #listen() {
    const part = (event) => event.target.closest?.("[data-tip]");
    this.place.addEventListener("click", (event) => this.#choose(event.target.closest("[data-pick]")));
    this.place.addEventListener("keydown", (event) => this.#key(event));
    this.place.addEventListener("pointermove", (event) => this.#show(part(event), event.clientX, event.clientY));
    this.place.addEventListener("pointerleave", () => this.#show(null));
    this.place.addEventListener("focusin", (event) => {
      const box = part(event)?.getBoundingClientRect();
      this.#show(box ? part(event) : null, box?.left + box?.width / 2, box?.top);
    });
    this.place.addEventListener("focusout", () => this.#show(null));
  }

  #key(event) {
    if (event.key === "Escape") return this.#show(null);
    const part = event.target.closest("[data-pick]");
    if (!part) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.#choose(part);
    }
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const parts = this.#parts(part.ownerSVGElement);
    const at = parts.indexOf(part);
    const to = { Home: 0, End: parts.length - 1 }[event.key] ?? at + (steps[event.key] ?? 0);
    if (to === at || !parts[to]) return;
    event.preventDefault();
    this.#focus(parts[to]);
  }

  #focus(part) {
    if (!part) return;
    for (const each of this.#parts(part.ownerSVGElement)) each.setAttribute("tabindex", "-1");
    part.setAttribute("tabindex", "0");
    part.focus({ preventScroll: false });
  }

  #choose(part) {
    if (!part) return;
    this.#show(null);
    this.choose(part.dataset.pick);
  }

  #show(part, x, y) {
    if (!this.#tip) return;
    this.#tip.hidden = !part;
    if (!part) return;
    this.#tip.textContent = part.dataset.tip;
    const { width, height } = this.#tip.getBoundingClientRect();
    const left = Math.min(Math.max(x - width / 2, 8), window.innerWidth - width - 8);
    const top = y - height - 14 < 8 ? y + 20 : y - height - 14;
    Object.assign(this.#tip.style, { left: `${left}px`, top: `${top}px` });
  }

  #parts(figure) {
    return [...figure.querySelectorAll("[data-pick]")];
  }

  #active() {
    return this.place.getRootNode().activeElement?.closest?.("[data-pick]");
  }

  // A selector that finds the part again after the figures were drawn again.
  #where(part) {
    const figure = part?.closest("[data-figure]")?.dataset.figure;
    return figure && `[data-figure="${figure}"] [data-pick="${CSS.escape(part.dataset.pick)}"]`;
  }
}
