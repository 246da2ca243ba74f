// Says of the page in sight whether its text was read by machine, and how sure that is.

import { machineText } from "./text.js";

const SURE = 0.85; // as for covers, in reviewer/pdf/ocr_words.py

export function showMachine(element, page, machine) {
  element.hidden = machine === null;
  if (machine === null) return;
  element.title = `Página ${page}: texto ${machineText(machine)}. Lo buscado, copiado o cubierto en ella sale de ahí.`;
  element.querySelector("span").textContent = `Leída por máquina, ${Math.floor(machine * 100)} %`;
  element.toggleAttribute("data-unsure", machine < SURE);
}
