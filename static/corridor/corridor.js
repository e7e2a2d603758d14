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

// The search box: "/" opens it, and arrow keys walk through what is found.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("[data-search]");
  if (!menu || event.ctrlKey || event.altKey || event.metaKey) return;
  const form = event.target.closest("[data-suggest]");
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && menu.offsetParent) {
    event.preventDefault();
    menu.open = true;
    menu.querySelector("input").focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!form || !step) return;
  const stops = form.querySelectorAll("input, #search-found a");
  const next = stops[[...stops].indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
document.querySelector("[data-search]")?.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector("input").focus();
});

// A proposed value: one click writes it in its field.
document.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.dataset.fills);
  if (!field) return;
  field.value = event.target.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
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
    button.autofocus = true; // Enter must not do the deed by mistake
    button.addEventListener("click", () => dialog.close());
  });
  details.querySelector("summary").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
}

// How much of what is allowed is used, spoken politely. `place`: what the count follows.
function countUp(field, most, used, place = field) {
  const counter = document.createElement("p");
  counter.className = "form-text counter";
  counter.setAttribute("aria-live", "polite");
  const show = () => {
    counter.textContent = `${used()} / ${most}`;
    counter.classList.toggle("counter-over", used() > Number(most));
  };
  place.after(counter);
  field.addEventListener("input", show);
  show();
}

// Long lists of boxes: what is ticked stands above them, and typing opens the groups that contain the words.
function searchBoxes(list) {
  list.before(document.getElementById("list-search").content.cloneNode(true));
  const chosen = list.previousElementSibling;
  const field = chosen.previousElementSibling;
  const boxes = [...list.querySelectorAll(".form-check")];
  const groups = [...list.querySelectorAll("details.boxes")];
  const show = () => {
    const ticked = boxes.filter((box) => box.querySelector(":checked"));
    chosen.textContent = ticked.map((box) => box.textContent.trim()).join(" · ");
    groups.forEach((group) => {
      const count = group.querySelectorAll(":checked").length;
      group.querySelector(".chosen").hidden = count === 0;
      group.querySelector(".chosen b").textContent = count;
    });
  };
  field.addEventListener("input", () => {
    const words = field.value.trim().toLowerCase();
    boxes.forEach((box) => { box.hidden = !box.textContent.toLowerCase().includes(words); });
    groups.forEach((group) => {
      group.hidden = !group.querySelector(".form-check:not([hidden])");
      group.open = words !== "" && !group.hidden;
    });
  });
  field.addEventListener("change", (event) => event.stopPropagation());
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  list.addEventListener("change", show);
  show();
}

// Whole amounts are read more easily in groups of three digits.
function groupDigits(field) {
  field.addEventListener("change", () => {
    const bare = field.value.replaceAll(",", "").trim();
    if (/^\d+$/.test(bare)) field.value = bare.replace(/\B(?=(\d{3})+$)/g, ",");
  });
}

// The sum of a column of numbers, while they are being changed.
function addUp(output) {
  const fields = [...output.closest("form").querySelectorAll(`input[name^="${output.dataset.sum}"]`)];
  const show = () => {
    const sum = fields.reduce((total, field) => total + (Number(field.value) || 0), 0);
    output.textContent = sum;
    output.classList.toggle("sum-off", sum !== Number(output.dataset.goal));
  };
  fields.forEach((field) => field.addEventListener("input", show));
  show();
}

// What is to be copied, where the browser allows it.
function copyOnClick(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(button.dataset.copy).then(() => { button.textContent = button.dataset.done; });
  });
}

// What the chosen kind of a need usually asks for unfolds; what somebody has opened stays open.
function unfoldByKind(details) {
  const kind = details.closest("form").querySelector("select[name='type']");
  kind.addEventListener("change", () => {
    if (details.dataset.kinds.split(" ").includes(kind.value)) details.open = true;
  });
}

// A file that is too large is told before it is sent: what was typed stays on the page.
function weighFile(field) {
  const form = field.form;
  const isTooLarge = () => [...field.files].some((file) => file.size > Number(field.dataset.mostBytes));
  const told = document.createElement("p");
  told.id = `${field.id}_too_large`;
  told.className = "invalid-feedback d-block";
  told.setAttribute("role", "alert");
  field.after(told);
  field.addEventListener("change", () => {
    told.textContent = isTooLarge() ? field.dataset.tooLarge : "";
    field.classList.toggle("is-invalid", isTooLarge());
    field.toggleAttribute("aria-invalid", isTooLarge());
    field.setAttribute("aria-describedby", [`${field.id}_helptext`, isTooLarge() ? told.id : ""].join(" ").trim());
  });
  form.addEventListener("submit", (event) => {
    if (!isTooLarge()) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the page has not been left, so leaving it still asks
    field.focus();
  }, true);
}

// Passwords in letters, as long as the box is ticked.
function showPasswords(row) {
  row.hidden = false;
  row.addEventListener("change", (event) => {
    const type = event.target.checked ? "text" : "password";
    each("[autocomplete$='password']", row.closest("form"), (field) => { field.type = type; });
  });
}

function enhance(root) {
  each("[data-shows]", root, showPasswords);
  each("[data-copy]", root, copyOnClick);
  each("details[data-confirm]", root, askInDialog);
  each("textarea[data-most], input[data-most='140'], input[data-most='300']", root, (field) => {
    countUp(field, field.dataset.most, () => [...field.value].length);
  });
  each("[data-at-most]", root, (told) => {
    const list = told.closest("fieldset");
    countUp(list, told.dataset.atMost, () => list.querySelectorAll(":checked").length, told);
  });
  new Set([...root.querySelectorAll("details.boxes")].map((group) => group.parentElement)).forEach(searchBoxes);
  each("input[inputmode='decimal']", root, groupDigits);
  each("output[data-sum]", root, addUp);
  each("input[type='file'][data-most-bytes]", root, weighFile);
  each("details[data-kinds]", root, unfoldByKind);
}

enhance(document);
document.body.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) enhance(event.target);
});

// The link to the next page goes with the page before it: reading goes on at the top of the new one.
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.boosted && document.activeElement === document.body) document.getElementById("main").focus();
});

// After a form came back, writing goes on where something is wrong.
const wrong = document.querySelector("main .is-invalid");
if (wrong) wrong.focus();

// What is drawn again from time to time listens to this; a page that nobody looks at asks for nothing.
const TICK = 20000;
setInterval(() => { if (!document.hidden) document.body.dispatchEvent(new Event("corridor:tick")); }, TICK);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.body.dispatchEvent(new Event("corridor:tick"));
});
