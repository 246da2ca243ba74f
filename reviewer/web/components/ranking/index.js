import { drawHead, drawRows } from "./table.js";

export default function mount({ data, parentElement: root, setTriggerValue }) {
  drawHead(root.querySelector("thead"), data, (order) => setTriggerValue("sort", order));
  drawRows(root.querySelector("tbody"), data, (folio) => setTriggerValue("open", folio));
}
