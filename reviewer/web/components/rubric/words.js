// The rubric's figures and sentences. Times are shown in the call's zone.

export const NOTES = [
  { kind: "private", label: "Nota privada", hint: "Solo usted la ve" },
  { kind: "committee", label: "Comentario al comité", hint: "Lo leerá el comité al deliberar" },
];

export function spokenTime(at, zone) {
  const options = { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("es-MX", options).format(new Date(at));
}

function spokenDay(at, zone) {
  const options = { timeZone: zone, weekday: "short", day: "numeric", month: "short" };
  return new Intl.DateTimeFormat("es-MX", options).format(new Date(at));
}

export function spokenMoment(at, zone) {
  return `${spokenDay(at, zone)} a las ${spokenTime(at, zone).slice(0, 5)}`;
}

// The line that says whether all is saved, as [mood, words].
export function savedWords(unsaved, trouble, savedAt, zone) {
  if (unsaved.some(({ refusal }) => refusal)) return ["bad", "Hay un cambio sin guardar"];
  if (unsaved.some(({ clash }) => clash)) return ["ask", "Cambió en otra pestaña: elija qué queda"];
  if (unsaved.length && trouble === "signed-out") {
    return ["bad", "Su sesión terminó o alguien más entró: entre de nuevo; lo escrito espera en este navegador"];
  }
  if (unsaved.length && trouble === "not-kept") {
    return ["bad", "No se pudo guardar todavía: se intentará de nuevo"];
  }
  if (unsaved.length && trouble) return ["bad", "Sin conexión: se guardará al volver"];
  if (unsaved.length) return ["busy", "Guardando…"];
  if (!savedAt) return ["fine", ""];
  const isToday = spokenDay(savedAt, zone) === spokenDay(Date.now(), zone);
  return ["fine", `Guardado ${isToday ? spokenTime(savedAt, zone) : `el ${spokenMoment(savedAt, zone)}`}`];
}

// The weighted mean of [weight, level] pairs in points out of 100, as `CallSpec.points`; null without pairs.
export function pointsOf(pairs, { low, high }) {
  const whole = pairs.reduce((sum, [weight]) => sum + weight, 0);
  const mean = pairs.reduce((sum, [weight, level]) => sum + weight * level, 0) / whole;
  return pairs.length ? Math.round((100 * (mean - low)) / (high - low)) : null;
}

export function missingWords(count) {
  if (!count) return "";
  return count === 1 ? "falta 1 criterio" : `faltan ${count} criterios`;
}
