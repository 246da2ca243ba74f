// The tabs below the criteria: the juror's notes, those on pages, and the juror's own use of the scale.

export class Tabs {
  constructor(list, panels) {
    this.list = list;
    this.panels = panels; // by name
    this.tabs = [...list.querySelectorAll("[role=tab]")];
    list.addEventListener("click", ({ target }) => this.show(target.closest("[role=tab]")?.dataset.tab));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  show(name) {
    if (!name) return;
    for (const tab of this.tabs) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      this.panels[tab.dataset.tab].hidden = !chosen;
    }
  }

  #key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.tabs.findIndex((tab) => tab.tabIndex === 0);
    const next = this.tabs[(at + by + this.tabs.length) % this.tabs.length];
    this.show(next.dataset.tab);
    next.focus();
  }
}
