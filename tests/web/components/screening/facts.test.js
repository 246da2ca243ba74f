import assert from "node:assert/strict";
import { test } from "node:test";
import { signOf } from "#components/screening/facts.js";

const PLACE = { document: "d1", page: 2 };

// The search's answer for a fact: [sign, words, isPlace].
function told(fact, { labels = { d1: "INE", d2: "Carta" }, silent = [] } = {}) {
  const { sign, words, isPlace = false } = signOf("curp", { found: { facts: { curp: fact }, labels, silent } });
  return [sign, words, isPlace];
}

test("while the search goes on, and where it failed", () => {
  assert.equal(signOf("curp", { found: null, failed: false }).words, "buscando…");
  assert.equal(signOf("curp", { found: null, failed: true }).words, "no se pudo buscar");
});

test("where a fact stands in the documents", () => {
  assert.deepEqual(told({ sign: "found", places: [PLACE] }), ["found", "INE, p. 2", true]);
  assert.deepEqual(told({ sign: "found", places: [PLACE, PLACE, PLACE] }), ["found", "INE, p. 2 y 2 más", true]);
  assert.deepEqual(told({ sign: "part", places: [PLACE] }), ["part", "en parte: INE, p. 2", true]);
  assert.deepEqual(told({ sign: "other", other: "X9", places: [PLACE] }), ["other", "dice X9: INE, p. 2", true]);
  assert.deepEqual(told({ sign: "missing", places: [] }), ["missing", "no aparece en el texto", false]);
  assert.deepEqual(told({ sign: "not_asked", places: [] }), ["not_asked", "", false]);
});

test("without a document, or without text in any, nothing is missing", () => {
  const missing = { sign: "missing", places: [] };
  assert.deepEqual(told(missing, { labels: {} }), ["silent", "sin documentos", false]);
  assert.deepEqual(told(missing, { silent: ["INE", "Carta"] }), ["silent", "sin texto", false]);
  assert.deepEqual(told(missing, { silent: ["INE"] }), ["missing", "no aparece en el texto", false]);
});
