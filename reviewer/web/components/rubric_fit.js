// How much of the window the rubric takes, and how much of it the synopsis.

const LEAST_HEIGHT = 420;

// As high as the window leaves room for, as the reader beside it; below the reader, as high as it needs.
function fitWindow(root, below) {
  const host = root.getRootNode().host ?? root;
  const scrolled = host.closest("[data-testid=stMain]")?.scrollTop ?? window.scrollY;
  const { top, width } = host.getBoundingClientRect();
  const isAlone = width > window.innerWidth * 0.8;
  const room = Math.max(Math.floor(window.innerHeight - (top + scrolled) - below), LEAST_HEIGHT);
  root.style.height = isAlone ? "auto" : `${room}px`;
}

function fold(synopsis, button, isFolded) {
  synopsis.classList.toggle("folded", isFolded);
  button.setAttribute("aria-expanded", String(!isFolded));
  button.textContent = isFolded ? "Ver la sinopsis completa" : "Plegar la sinopsis";
  button.hidden = isFolded && synopsis.scrollHeight <= synopsis.clientHeight + 1;
}

// Opens the review page of this folio, of whichever is next where it is null, without the script's help.
function openAfresh(folio) {
  const address = new URL(window.location.href);
  if (folio === null) address.searchParams.delete("folio");
  else address.searchParams.set("folio", folio);
  window.location.assign(address);
}
