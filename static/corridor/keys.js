// Keys for who works through a list: [data-key] is pressed by its key. Who needs single keys for something else
// turns them off, and this browser keeps that.

const OFF = "corridor:keys-off";
const KEYS = document.querySelector("[data-keys]");
const TYPED_IN = "input, textarea, select, [contenteditable]";

function showKeys() {
  const isOff = localStorage.getItem(OFF) !== null;
  KEYS.hidden = false;
  KEYS.querySelector("[data-keys-on]").hidden = isOff;
  KEYS.querySelector("[data-keys-off]").setAttribute("aria-pressed", String(isOff));
}

let isLeaving = false; // for the page of a link: a key pressed on the way there is not meant for this one
window.addEventListener("pageshow", () => { isLeaving = false; });

if (KEYS) {
  showKeys();
  KEYS.querySelector("[data-keys-off]").addEventListener("click", () => {
    if (localStorage.getItem(OFF) === null) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
    showKeys();
  });
  // Escape takes back what a key has opened.
  document.addEventListener("keydown", (event) => {
    const opened = event.key === "Escape" && event.target.closest("details:has(> summary[data-key])[open]");
    if (!opened) return;
    opened.open = false;
    opened.querySelector("summary").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches(TYPED_IN)) event.target.blur(); // the keys work again
    const isOurs = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat);
    if (!isOurs || isLeaving || localStorage.getItem(OFF) !== null || event.target.closest(TYPED_IN)) return;
    const found = document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    const target = [...found].find((each) => each.checkVisibility()); // not one inside of what is folded
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.click();
    isLeaving = target.matches("a[href]");
    if (target.matches("summary")) target.parentElement.querySelector("input[type='radio']")?.focus();
  });
}

// On paper everything is open.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll(".fold").forEach((fold) => { fold.open = true; });
});
