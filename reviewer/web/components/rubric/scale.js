// How the juror has used the scale so far, and today's pace: the juror's own figures only.

import { make } from "./elements.js";

export class Scale {
  constructor(panel, brief) {
    Object.assign(this, { panel, brief });
  }

  paint({ used, pace, criteria }) {
    this.brief.textContent = used.mean === null ? "" : `su media ${Math.round(used.mean)}`;
    this.brief.title = used.mean === null ? "" : `Media de lo que ha enviado: ${used.reviews}`;
    const signature = JSON.stringify([used, pace]);
    if (signature === this.signature) return;
    this.signature = signature;
    const parts = [make("p", { className: "quiet", textContent: pace })];
    if (used.reviews) parts.unshift(this.#table(used, criteria));
    else
      parts.unshift(
        make("p", {
          className: "quiet",
          textContent: "Cuando envíe su primer dictamen, aquí verá cómo usa la escala.",
        }),
      );
    this.panel.replaceChildren(...parts);
  }

  // A row a criterion, a column a level; each number stands on a bar of its height.
  #table({ counts, reviews, mean }, criteria) {
    const levels = criteria[0].levels.map(({ value }) => value);
    const most = Math.max(...Object.values(counts).flatMap((each) => Object.values(each)), 1);
    const head = make("tr", {}, make("th", { scope: "col", textContent: "Criterio" }));
    head.append(...levels.map((value) => make("th", { scope: "col", textContent: value })));
    const rows = criteria.map(({ key, label }) => {
      const cells = levels.map((value) => {
        const count = counts[key]?.[value] ?? 0;
        const cell = make("td", { textContent: count });
        cell.style.setProperty("--share", `${Math.round((100 * count) / most)}%`);
        return cell;
      });
      return make("tr", {}, make("th", { scope: "row", textContent: label }), ...cells);
    });
    const words = `Sus niveles en ${reviews === 1 ? "el dictamen enviado" : `los ${reviews} dictámenes enviados`} · su media ${Math.round(mean)} de 100`;
    return make(
      "table",
      { className: "scale" },
      make("caption", { textContent: words }),
      make("thead", {}, head),
      make("tbody", {}, ...rows),
    );
  }
}
