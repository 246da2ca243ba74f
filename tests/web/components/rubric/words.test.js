import assert from "node:assert/strict";
import { test } from "node:test";
import { missingWords, pointsOf, savedWords, spokenMoment, spokenTime } from "#components/rubric/words.js";

const ZONE = "America/Mexico_City";
const MOMENT = /^dom,? 1 (de )?mar a las 12:05$/; // versions of Node write days differently
const SAVED = "2026-03-01T18:05:09.000+00:00";

test("times are those of the call's zone", () => {
  assert.equal(spokenTime(SAVED, ZONE), "12:05:09");
  assert.equal(spokenTime("2026-03-01T06:00:00Z", ZONE), "00:00:00");
  assert.match(spokenMoment(SAVED, ZONE), MOMENT);
});

test("the line of the state says the worst first", () => {
  const fine = {};
  const clash = { clash: { value: 3 } };
  const refused = { refusal: { status: 423 } };
  assert.deepEqual(savedWords([fine, clash, refused], "offline", SAVED, ZONE), ["bad", "Hay un cambio sin guardar"]);
  assert.equal(savedWords([fine, clash], "offline", SAVED, ZONE)[0], "ask");
  assert.match(savedWords([fine], "signed-out", SAVED, ZONE)[1], /^Su sesión terminó/);
  assert.match(savedWords([fine], "not-kept", SAVED, ZONE)[1], /se intentará de nuevo$/);
  assert.deepEqual(savedWords([fine], "offline", SAVED, ZONE), ["bad", "Sin conexión: se guardará al volver"]);
  assert.deepEqual(savedWords([fine], null, SAVED, ZONE), ["busy", "Guardando…"]);
  assert.deepEqual(savedWords([], "offline", SAVED, ZONE), ["fine", `Guardado el ${spokenMoment(SAVED, ZONE)}`]);
  assert.deepEqual(savedWords([], null, null, ZONE), ["fine", ""]);
  const now = new Date().toISOString();
  assert.equal(savedWords([], null, now, ZONE)[1], `Guardado ${spokenTime(now, ZONE)}`);
});

test("points are the weighted mean of the levels, out of 100", () => {
  const scale = { low: 1, high: 5 };
  assert.equal(
    pointsOf(
      [
        [30, 5],
        [70, 5],
      ],
      scale,
    ),
    100,
  );
  assert.equal(
    pointsOf(
      [
        [30, 1],
        [70, 1],
      ],
      scale,
    ),
    0,
  );
  assert.equal(
    pointsOf(
      [
        [30, 5],
        [70, 2],
      ],
      scale,
    ),
    48,
  );
  assert.equal(pointsOf([[30, 4]], scale), 75);
  assert.equal(pointsOf([], scale), null);
});

test("what is missing", () => {
  assert.deepEqual([0, 1, 3].map(missingWords), ["", "falta 1 criterio", "faltan 3 criterios"]);
});
