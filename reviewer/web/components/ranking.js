// A page of the ranking: the server sorts and filters, this draws, and says what was clicked.
export default function ({ data, parentElement: root, setTriggerValue }) {
  const make = (tag, text = "", name = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = name;
    return element;
  };
  const head = make("tr");
  for (const column of data.columns) {
    const cell = make("th", "", column.number ? "n" : "");
    cell.scope = "col";
    cell.title = column.help;
    if (column.order) {
      const sorted = data.order === column.order;
      const button = make("button", column.label + (sorted ? (data.descending ? " ↓" : " ↑") : ""));
      button.type = "button";
      button.onclick = () => setTriggerValue("sort", column.order);
      cell.ariaSort = sorted ? (data.descending ? "descending" : "ascending") : "none";
      cell.append(button);
    } else {
      cell.textContent = column.label;
    }
    head.append(cell);
  }
  root.querySelector("thead").replaceChildren(head);

  const chance = (cell, share, words) => {
    cell.append(make("span", words));
    const bar = make("span", "", "bar");
    const full = make("i");
    full.style.width = `${100 * share}%`;
    bar.append(full);
    bar.ariaHidden = "true";
    cell.append(bar);
  };
  const plain = ["title", "alcaldia"];
  const rows = data.rows.map((row) => {
    const line = make("tr", "", row.cut ? "cut" : "");
    if (row.cut) line.title = data.cut;
    for (const column of data.columns) {
      const value = row[column.key];
      const cell = make("td", "", column.number ? "n few" : plain.includes(column.key) ? column.key : "few");
      if (column.key === "folio") {
        const button = make("button", value);
        button.type = "button";
        button.onclick = () => setTriggerValue("open", value);
        cell.append(button);
      } else if (column.key === "chance") {
        chance(cell, row.share, value);
      } else if (column.key === "marks") {
        cell.className = "";
        cell.append(...value.map((each) => make("span", each, "mark")));
      } else {
        cell.textContent = value;
      }
      line.append(cell);
    }
    return line;
  });
  root.querySelector("tbody").replaceChildren(...rows);
}
