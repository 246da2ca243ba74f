import { make } from "./elements.js";

// Shows what another tab has saved meanwhile, and asks which of the two values stays.
export function paintClash(box, question) {
  const signature = question ? `${question.words}|${question.put}` : "";
  box.hidden = !question;
  if (box.dataset.signature === signature) return;
  box.dataset.signature = signature;
  if (!question) return;
  const leave = make("button", { type: "button", textContent: question.leave });
  const put = make("button", { type: "button", textContent: question.put });
  leave.addEventListener("click", () => question.settle(false));
  put.addEventListener("click", () => question.settle(true));
  box.replaceChildren(make("span", { textContent: question.words }), leave, put);
}
