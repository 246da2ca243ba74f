import { Figures } from "./figures.js";

const all = new WeakMap();

export default function mount({ data, parentElement: root, setTriggerValue }) {
  if (!all.has(root)) all.set(root, new Figures(root));
  all.get(root).update(data, (value) => setTriggerValue("picked", value));
}
