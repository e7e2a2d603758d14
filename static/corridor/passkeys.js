// What people see of allauth's webauthn.js: its buttons where the browser knows keys, and a word when one fails.

const knowsKeys = Boolean(window.PublicKeyCredential);
for (const button of document.querySelectorAll("[data-key-button]")) button.hidden = !knowsKeys;
for (const words of document.querySelectorAll("[data-key-unknown]")) words.hidden = knowsKeys;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelector("[data-key-failed]").hidden = false;
});
