import { Footer } from "./footer.js";
import { hasWebGL, watchFigures } from "./watch.js";

const all = new WeakMap();

export default function mount({ data, parentElement: root, setStateValue, setTriggerValue }) {
  if (data.watch) {
    watchFigures();
    if (!root.checked && !hasWebGL()) setStateValue("webgl", false);
    if (!root.checked && window.innerWidth < 700) setStateValue("narrow", true);
    root.checked = true;
    return;
  }
  if (!all.has(root)) all.set(root, new Footer(root));
  all.get(root).update(data.html, (value) => setTriggerValue("picked", value));
}
