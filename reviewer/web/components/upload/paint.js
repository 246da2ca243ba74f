import { size, time } from "./words.js";

export function paint(root, upload) {
  const part = (name) => root.querySelector(`.${name}`);
  const { state } = upload;
  part("idle").hidden = state !== "idle";
  part("busy").hidden = state === "idle";
  part("told").hidden = !upload.told;
  part("told").textContent = upload.told;
  part("half").hidden = !upload.half;
  if (upload.half) {
    const { name, received, size: all } = upload.half;
    part("half").textContent =
      `Hay una carga a medias: «${name}», ${size(received)} de ${size(all)}. ` +
      "Elija otra vez el mismo archivo y seguirá donde quedó.";
  }
  if (state === "idle") return;
  const sent = state === "sending" ? Math.max(upload.sent, upload.received) : upload.received;
  const share = upload.size ? Math.min(100, (100 * sent) / upload.size) : 0;
  part("name").textContent = upload.file.name;
  part("amount").textContent = `${size(sent)} de ${size(upload.size)} · ${Math.floor(share)} %`;
  part("done").style.width = `${share}%`;
  part("bar").setAttribute("aria-valuenow", Math.floor(share));
  part("pause").hidden = state !== "sending";
  part("resume").hidden = state !== "paused";
  part("cancel").hidden = state === "whole";
  const pace = upload.pace;
  if (state === "paused") part("pace").textContent = "En pausa";
  else if (state === "whole") part("pace").textContent = "Recibido";
  else if (upload.note) part("pace").textContent = upload.note;
  else if (pace) part("pace").textContent = `${size(pace)}/s · ${time((upload.size - sent) / pace)}`;
  else part("pace").textContent = "";
}
