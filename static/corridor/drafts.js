// Leaving a form that is not saved asks first. The browser words the question.

let unsaved = false;

document.querySelectorAll("form[data-keeps]").forEach((form) => {
  const changed = () => { unsaved = true; };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { unsaved = false; });
  form.addEventListener("htmx:afterRequest", (event) => { // a form that saves itself
    if (event.target === form && event.detail.successful) unsaved = false;
  });
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
// Buttons of other forms on the page, such as a language or a proposal, wait for that too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!unsaved || event.defaultPrevented || form.matches("[data-keeps]")) return;
  event.preventDefault();
  keepNow().then(() => {
    unsaved = false;
    form.requestSubmit(event.submitter);
  });
});

// So does a link to a row of a list beside the form.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-goes]");
  if (!link || !unsaved || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  keepNow().then(() => {
    unsaved = false;
    window.location.assign(link.href);
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
