// The documents of an application as tabs.

export class DocumentTabs {
  // `on(target, type, handler)` listens as long as the reader lives; `does`: { choose(id), step(by) }.
  constructor(list, sheet, on, does) {
    this.list = list;
    this.sheet = sheet;
    this.does = does;
    on(list, "click", ({ target }) => this.does.choose(target.closest("[role=tab]")?.dataset.id));
    on(list, "keydown", (event) => this.#key(event));
  }

  draw(documents) {
    const signature = JSON.stringify(documents.map(({ id, label, pages }) => [id, label, pages.length]));
    if (signature !== this.list.dataset.signature) this.list.replaceChildren(...documents.map(tabFor));
    this.list.dataset.signature = signature;
    this.list.hidden = !documents.length;
  }

  mark(id) {
    for (const tab of this.list.children) {
      const isChosen = tab.dataset.id === id;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      if (!isChosen) continue;
      this.sheet.setAttribute("aria-labelledby", tab.id);
      // Not scrollIntoView: it would also scroll the page down to the tabs.
      const end = tab.offsetLeft + tab.offsetWidth - this.list.clientWidth;
      this.list.scrollLeft = Math.min(tab.offsetLeft, Math.max(this.list.scrollLeft, end));
    }
  }

  #key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    this.does.step(by);
    this.list.querySelector("[aria-selected=true]")?.focus();
  }
}

function tabFor({ id, label, pages }, index) {
  const tab = document.createElement("button");
  Object.assign(tab, { type: "button", id: `tab-${index}`, title: label });
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", "sheet");
  tab.dataset.id = id;
  tab.innerHTML = '<span class="label"></span> <span class="count"></span>';
  tab.querySelector(".label").textContent = label;
  tab.querySelector(".count").textContent = `${pages.length} p.`;
  return tab;
}
