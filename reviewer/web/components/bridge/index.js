// Posts once to one of our routes, since only an answer can set a cookie. Then the script runs again: loading Streamlit
// again would take longer than all the rest of a log-in.
export default function mount({ data, parentElement, setTriggerValue }) {
  if (parentElement.sent) return;
  parentElement.sent = true;
  fetch(data.address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: data.body,
  })
    .then(async (answer) => {
      if (!answer.ok) throw new Error((await answer.json()).error);
      if (data.address === "/salir") forgetUnsaved();
      if (data.then) window.location.assign(data.then);
      else setTriggerValue("done", true);
    })
    .catch((error) => {
      parentElement.querySelector("p").textContent =
        error.name === "TypeError"
          ? "No hay conexión con el servidor. Vuelva a intentarlo en un momento."
          : error.message;
    });
}

// Unsaved entries of the rubric are kept in this browser for their author only, so a log-out deletes them.
function forgetUnsaved() {
  for (const key of Object.keys(localStorage)) if (key.startsWith("dictamen.")) localStorage.removeItem(key);
}
