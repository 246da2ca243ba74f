const LEAST_HEIGHT = 320;

// Makes the reader as high as the window leaves room for; where the columns stand one below the other, somewhat more than
// half of it, so that both the page and the first criteria are seen at once.
export function fillWindow(root, below) {
  const host = root.getRootNode().host ?? root;
  const scrolled = host.closest("[data-testid=stMain]")?.scrollTop ?? window.scrollY;
  const { top, width } = host.getBoundingClientRect();
  const alone = width > window.innerWidth * 0.8;
  const room = alone ? window.innerHeight * 0.55 : window.innerHeight - (top + scrolled) - below;
  root.style.height = `${Math.max(Math.floor(room), LEAST_HEIGHT)}px`;
}
