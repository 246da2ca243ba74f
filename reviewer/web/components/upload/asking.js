// What /cargas answers: the JSON of an answer, a `Refusal` that no further try changes, or an Error that may pass.

export const LOST = "No hay conexión con el servidor.";

export class Refusal extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

export async function ask(method, address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Error(LOST);
  }
  return read(answer.status, await answer.text());
}

export function read(status, text) {
  let told = {};
  try {
    told = JSON.parse(text);
  } catch {
    if (status < 500) throw new Refusal("El servidor contestó algo que no se entiende.", status);
  }
  if (status >= 500 && status !== 507) throw new Error(told.error ?? LOST);
  if (status === 409) return told;
  if (status >= 400) throw new Refusal(told.error, status);
  return told;
}
