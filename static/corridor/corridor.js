// Small comforts. Every page works without them.

const each = (selector, root, act) => root.querySelectorAll(selector).forEach(act);

// Menus close on a click elsewhere and on Escape.
document.addEventListener("click", (event) => {
  each("details[data-menu][open]", document, (menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  each("details[data-menu][open]", document, (menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// A deed that asks first: the unfolding panel becomes a native dialog.
function askInDialog(details) {
  const panel = details.querySelector(".confirm-panel");
  const dialog = document.createElement("dialog");
  dialog.className = "confirm-dialog";
  const heading = panel.querySelector("h2");
  if (heading) dialog.setAttribute("aria-label", heading.textContent);
  details.after(dialog);
  dialog.append(panel);
  each("[data-close]", panel, (button) => {
    button.hidden = false;
    button.addEventListener("click", () => dialog.close());
  });
  details.querySelector("summary").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
}

// Filters stand open where there is room.
function openWhereWide(details) {
  if (window.matchMedia("(min-width: 992px)").matches) details.open = true;
}

// How many characters are left, spoken politely.
function countCharacters(field) {
  const counter = document.createElement("p");
  counter.className = "form-text counter";
  counter.setAttribute("aria-live", "polite");
  const show = () => { counter.textContent = `${field.value.length} / ${field.maxLength}`; };
  field.after(counter);
  field.addEventListener("input", show);
  show();
}

function enhance(root) {
  each("details[data-confirm]", root, askInDialog);
  each("details[data-open-wide]", root, openWhereWide);
  each("textarea[maxlength]", root, countCharacters);
}

enhance(document);
document.body.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) enhance(event.target);
});

// On a small screen the current menu entry is brought into view.
const here = document.querySelector(".site-nav [aria-current]");
if (here) here.scrollIntoView({ block: "nearest", inline: "center" });
