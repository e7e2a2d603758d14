// Leaving a form that is not saved asks first. The browser words the question.

let unsaved = false;

document.querySelectorAll("form[data-keeps]").forEach((form) => {
  const changed = () => { unsaved = true; };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { unsaved = false; });
});

// What was typed in the last seconds is kept too: the page waits for that before its language changes.
function keepNow() {
  const kept = [...document.querySelectorAll("form[data-keeps]")].map((form) => {
    const address = form.querySelector(".draft-state")?.getAttribute("hx-post");
    const typed = new FormData(form);
    form.querySelectorAll("input[type='file']").forEach((field) => typed.delete(field.name));
    return address && fetch(address, { method: "POST", body: typed });
  });
  return Promise.allSettled(kept);
}
document.querySelectorAll("form.languages").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!unsaved) return;
    event.preventDefault();
    keepNow().then(() => {
      unsaved = false;
      form.requestSubmit(event.submitter);
    });
  });
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
