// The rubric's footer and state: whether all is saved, the total, and what can be done now.

import { missingWords, pointsOf, savedWords, spokenMoment } from "./words.js";

export function paintState(rubric) {
  const unsaved = rubric.outbox.of(rubric.data.address);
  const [mood, words] = savedWords(unsaved, rubric.outbox.trouble, rubric.savedAt, rubric.data.zone);
  rubric.parts.state.dataset.mood = mood;
  if (rubric.parts.state.textContent !== words) rubric.parts.state.textContent = words;
  const elsewhere = rubric.outbox.otherFolios(rubric.data.address);
  const left = elsewhere.length ? `Quedó un cambio sin guardar en ${elsewhere.join(", ")}.` : "";
  const refused = unsaved.find(({ refusal }) => refusal)?.refusal.words ?? "";
  const notice = [rubric.moves.notice, refused && `No se guardó un cambio: ${refused}`, left].filter(Boolean).join(" ");
  rubric.parts.notice.hidden = !notice;
  rubric.button("discard").hidden = !refused;
  if (rubric.parts.notice.textContent !== notice) rubric.parts.notice.textContent = notice;
}

export function paintTotal(rubric) {
  const { criteria, scale } = rubric.data;
  const pairs = criteria.map(({ key, weight }) => [weight, rubric.valueOf(`score:${key}`)]);
  const scored = pairs.filter(([, level]) => level != null);
  const missing = criteria.length - scored.length;
  rubric.parts.total.textContent = pointsOf(scored, scale) ?? "–";
  rubric.parts.missing.textContent = missingWords(missing);
  rubric.root.toggleAttribute("data-whole", !missing);
}

export function paintButtons(rubric) {
  const submitted = rubric.state.status === "submitted";
  const shown = {
    conflict: rubric.data.conflicts,
    committee: rubric.data.committee,
    flag: rubric.data.flags,
    skip: !submitted && !rubric.state.locked,
    submit: !submitted && !rubric.state.locked,
    reopen: submitted && !rubric.state.locked,
    onward: submitted && !rubric.state.locked,
  };
  for (const [name, wanted] of Object.entries(shown)) {
    const button = rubric.button(name);
    button.hidden = !wanted;
    button.setAttribute("aria-disabled", String(rubric.moves.busy !== null));
  }
  rubric.button("submit").textContent = rubric.moves.busy === "submit" ? "Enviando…" : "Enviar y siguiente";
  const sent = submitted ? `Enviado el ${spokenMoment(rubric.state.submitted_at, rubric.data.zone)}.` : "";
  rubric.parts.standing.textContent = [sent, rubric.state.locked, rubric.data.rest].filter(Boolean).join(" ");
}
