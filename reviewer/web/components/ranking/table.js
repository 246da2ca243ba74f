// A page of the ranking: the server sorts and filters, this draws, and reports what was clicked.

const WIDE = ["title", "alcaldia"];

export function drawHead(head, { columns, order, descending }, sort) {
  const line = make("tr");
  for (const column of columns) {
    const isSorted = order === column.order;
    line.append(headCell(column, isSorted ? (descending ? "descending" : "ascending") : "none", sort));
  }
  head.replaceChildren(line);
}

export function drawRows(body, { columns, rows, cut }, open) {
  const lines = rows.map((row) => {
    const line = make("tr", "", row.cut ? "cut" : "");
    if (row.cut) line.title = cut;
    line.append(...columns.map((column) => rowCell(column, row, open)));
    return line;
  });
  body.replaceChildren(...lines);
}

function make(tag, text = "", name = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = name;
  return element;
}

function makeButton(text, click) {
  const button = make("button", text);
  button.type = "button";
  button.onclick = click;
  return button;
}

function headCell({ label, help, order, number }, sorted, sort) {
  const cell = make("th", order ? "" : label, number ? "n" : "");
  cell.scope = "col";
  cell.title = help;
  if (!order) return cell;
  const arrow = { ascending: " ↑", descending: " ↓", none: "" }[sorted];
  cell.ariaSort = sorted;
  cell.append(makeButton(label + arrow, () => sort(order)));
  return cell;
}

function rowCell({ key, number }, row, open) {
  const value = row[key];
  const cell = make("td", "", number ? "n few" : WIDE.includes(key) ? key : "few");
  if (key === "folio") {
    cell.append(makeButton(value, () => open(value)));
  } else if (key === "chance") {
    cell.append(make("span", value), shareBar(row.share));
  } else if (key === "marks") {
    cell.className = "";
    cell.append(...value.map((each) => make("span", each, "mark")));
  } else {
    cell.textContent = value;
  }
  return cell;
}

function shareBar(share) {
  const bar = make("span", "", "bar");
  const full = make("i");
  full.style.width = `${100 * share}%`;
  bar.append(full);
  bar.ariaHidden = "true";
  return bar;
}
