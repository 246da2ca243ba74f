// While its server is away Streamlit lays a dialog in English over the page and makes the rest of it inert.
// The rubric goes on without the server, and says so: that dialog is closed as soon as it comes.

const CONNECTION_DIALOG = "[data-testid=stDialog]:has([data-testid=stErrorCodeBlock])";

function keepUsableOffline() {
  const closing = new MutationObserver(() => document.querySelector(`${CONNECTION_DIALOG} button`)?.click());
  closing.observe(document.body, { childList: true });
  return closing;
}
