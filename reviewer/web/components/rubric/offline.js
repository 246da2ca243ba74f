// While the server does not answer, Streamlit opens a dialog in English that makes the rest of the page inert.
// The rubric works without the server and says so itself, so that dialog is closed as soon as it opens.

const CONNECTION_DIALOG = "[data-testid=stDialog]:has([data-testid=stErrorCodeBlock])";

export function keepUsableOffline() {
  const closing = new MutationObserver(() => document.querySelector(`${CONNECTION_DIALOG} button`)?.click());
  closing.observe(document.body, { childList: true });
  return closing;
}
