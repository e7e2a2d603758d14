// Leaving a form that is not saved asks first. The browser words the question.

let unsaved = false;

document.querySelectorAll("form[data-keeps]").forEach((form) => {
  const changed = () => { unsaved = true; };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { unsaved = false; });
});

// The way to signing in again, and throwing a draft away, are meant.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leaves]")) unsaved = false;
});

window.addEventListener("beforeunload", (event) => {
  if (!unsaved) return;
  event.preventDefault();
  event.returnValue = ""; // older browsers ask only for this
});
