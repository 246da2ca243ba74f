// How much of the window the right half of a page takes: the rubric, or the facts of an application.

const LEAST_HEIGHT = 420;

// As high as the window leaves room for, like the reader beside it; below the reader, as high as it needs.
export function fitWindow(root, below) {
  const host = root.getRootNode().host ?? root;
  const scrolled = host.closest("[data-testid=stMain]")?.scrollTop ?? window.scrollY;
  const { top, width } = host.getBoundingClientRect();
  const isAlone = width > window.innerWidth * 0.8;
  const room = Math.max(Math.floor(window.innerHeight - (top + scrolled) - below), LEAST_HEIGHT);
  root.style.height = isAlone ? "auto" : `${room}px`;
}
