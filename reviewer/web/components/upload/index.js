// An upload belongs to the window, not to the page that shows it, so that one may look at another page of the
// application meanwhile.

import { paint } from "./paint.js";
import { Upload } from "./upload.js";

function guardWindow() {
  if (window.dictamenUploads) return window.dictamenUploads;
  const uploads = new Map();
  window.dictamenUploads = uploads;
  // A file dropped beside the box would take the page's place.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  window.addEventListener("beforeunload", (event) => {
    if ([...uploads.values()].some((each) => each.state === "sending")) event.preventDefault();
  });
  return uploads;
}

export default function mount({ data, parentElement: root, setTriggerValue }) {
  const uploads = guardWindow();
  if (!uploads.has(data.place)) uploads.set(data.place, new Upload(data));
  const upload = uploads.get(data.place);
  const box = root.querySelector(".box");
  const input = root.querySelector("input");
  const on = (name, act) => (root.querySelector(`.${name}`).onclick = act);
  const take = (file) => file && upload.start(file);

  root.querySelector(".invite").textContent = data.invite;
  input.accept = data.ending;
  input.setAttribute("aria-label", data.invite);
  upload.show = () => paint(root, upload);
  upload.hand = setTriggerValue;
  on("choose", () => input.click());
  on("pause", () => upload.pause());
  on("resume", () => upload.resume());
  on("cancel", () => upload.cancel());
  input.onchange = () => {
    take(input.files[0]);
    input.value = "";
  };
  box.ondragover = () => box.classList.add("over");
  box.ondragleave = () => box.classList.remove("over");
  box.ondrop = (event) => {
    box.classList.remove("over");
    take(event.dataTransfer.files[0]);
  };
  upload.show();
  upload.look();
  upload.deliver();
  return () => {
    upload.hand = null;
    upload.show = () => {};
  };
}
