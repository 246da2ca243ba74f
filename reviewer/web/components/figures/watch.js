// Streamlit's figures can't be focused and have a button in English; both are mended as figures appear.

const FULLSCREEN = { Fullscreen: "Pantalla completa", "Close fullscreen": "Cerrar pantalla completa" };
let observer = null;

export function watchFigures() {
  mend();
  observer ??= new MutationObserver(mend);
  observer.observe(document.body, { childList: true, subtree: true });
}

export function hasWebGL() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

function mend() {
  for (const figure of document.querySelectorAll(".stPlotlyChart:not([tabindex])")) figure.tabIndex = 0;
  for (const [english, spanish] of Object.entries(FULLSCREEN)) {
    for (const button of document.querySelectorAll(`.modebar-btn[data-title="${english}"]`)) {
      button.dataset.title = spanish;
      button.setAttribute("aria-label", spanish);
    }
  }
}
