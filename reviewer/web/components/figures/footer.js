// The table behind a figure: the buttons in its rows filter the page as a click in the figure does.

export class Footer {
  #html = null;

  constructor(root) {
    this.place = root.querySelector(".figures");
    this.place.addEventListener("click", (event) => this.#choose(event.target.closest("[data-pick]")));
  }

  update(html, choose) {
    this.choose = choose;
    if (html === this.#html) return;
    const focused = this.place.getRootNode().activeElement?.dataset?.pick;
    const open = this.place.querySelector(":popover-open") !== null;
    this.#html = html;
    this.place.innerHTML = html;
    if (open) this.place.querySelector("[popover]")?.showPopover();
    if (focused) this.place.querySelector(`[data-pick="${CSS.escape(focused)}"]`)?.focus();
  }

  #choose(button) {
    if (button) this.choose(button.dataset.pick);
  }
}
