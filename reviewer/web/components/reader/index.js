import { Reader } from "./reader.js";

const readers = new WeakMap();

export default function mount({ data, parentElement }) {
  let reader = readers.get(parentElement);
  if (!reader) {
    reader = new Reader(parentElement.querySelector(".reader"));
    readers.set(parentElement, reader);
  }
  reader.root.setAttribute("aria-label", data.label);
  reader.update(data);
  return () => {
    reader.destroy();
    readers.delete(parentElement);
  };
}
