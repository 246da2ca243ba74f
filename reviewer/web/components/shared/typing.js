// When a key is text that somebody writes, and when it is a command of the browser.

const WRITES = "input:not([type=radio],[type=checkbox],[type=button]), textarea, select, [contenteditable=true]";
const MODIFIERS = ["ctrlKey", "metaKey", "altKey"];

export function isWriting(event) {
  const [target] = event.composedPath();
  return target instanceof Element && target.closest(WRITES) !== null;
}

export const hasModifier = (event) => MODIFIERS.some((name) => event[name]);

export const isCommandEnter = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey);
