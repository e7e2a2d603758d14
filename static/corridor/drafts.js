// Words that are not saved stay on the page and on the server until someone saves or discards them.

const unsaved = new Set(); // forms that someone typed in
const sent = new Set(); // forms whose Save is under way, or was when the browser kept this page

document.querySelectorAll("form[data-keeps]").forEach((form) => {
  const changed = () => {
    unsaved.add(form);
    sent.delete(form);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => {
    unsaved.delete(form);
    sent.add(form);
    const state = form.querySelector(".draft-state");
    if (state) htmx.trigger(state, "htmx:abort");
  });
  form.addEventListener("htmx:afterRequest", (event) => { // a form that saves itself
    if (event.target !== form) return;
    if (event.detail.successful) unsaved.delete(form);
    else changed();
  });
});

// A draft that was about to go out when its form was sent would arrive after it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const state = event.target.closest(".draft-state");
  if (state && sent.has(state.closest("form"))) event.preventDefault();
});

// The session has ended, and something else on the page was asked for: the page stays, and keeps its draft.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!unsaved.size || !event.detail.xhr.getResponseHeader("HX-Redirect")) return;
  event.preventDefault();
  htmx.trigger(document.body, "keep-draft");
});

// Who comes back from signing in in another tab gets a form that can be saved.
document.addEventListener("visibilitychange", () => {
  const isSignedOut = document.querySelector("[data-signed-out]");
  if (isSignedOut && !document.hidden) htmx.trigger(document.body, "keep-draft");
});

// The page as it was before Save is not the page to go on with.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && sent.size) window.location.reload();
});

// What was typed in the last seconds is kept too: the page waits for that before its language changes.
function keepNow() {
  const kept = [...unsaved].map((form) => {
    const address = form.querySelector(".draft-state")?.getAttribute("hx-post");
    const typed = new FormData(form);
    form.querySelectorAll("input[type='file']").forEach((field) => typed.delete(field.name));
    return address && fetch(address, { method: "POST", body: typed });
  });
  return Promise.allSettled(kept).then(() => unsaved.clear());
}

// Buttons of other forms on the page, such as a language or a proposal, wait for that too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!unsaved.size || event.defaultPrevented || form.matches("[data-keeps]")) return;
  event.preventDefault();
  keepNow().then(() => form.requestSubmit(event.submitter));
});

// So does a link to a row of a list beside the form.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-goes]");
  if (!link || !unsaved.size || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  keepNow().then(() => window.location.assign(link.href));
});

// Cancel, and throwing a draft away, are meant.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leaves]")) unsaved.clear();
});

window.addEventListener("beforeunload", (event) => {
  if (!unsaved.size) return;
  event.preventDefault();
  event.returnValue = ""; // older browsers ask only for this
});
