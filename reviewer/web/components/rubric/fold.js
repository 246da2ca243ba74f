// Folds the synopsis; its button is shown where there is more to read.
export function fold(synopsis, button, isFolded) {
  synopsis.classList.toggle("folded", isFolded);
  button.setAttribute("aria-expanded", String(!isFolded));
  button.textContent = isFolded ? "Ver la sinopsis completa" : "Plegar la sinopsis";
  button.hidden = isFolded && synopsis.scrollHeight <= synopsis.clientHeight + 1;
}
