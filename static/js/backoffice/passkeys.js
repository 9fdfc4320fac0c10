// Connects allauth's passkey dialogs to our forms by data attributes, in place of the library's inline scripts.
"use strict";
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const kind = form.dataset.passkey;
  const button = form.querySelector("[data-passkey-button]").id;
  const credential = form.querySelector("[name=credential]").id;
  const passwordless = form.querySelector("[name=passwordless]")?.id;
  const ids = { add: button, authenticate: button, login: button, credential, passwordless };
  const data = form.dataset.passkeyOptions ? JSON.parse(form.dataset.passkeyOptions) : undefined;
  window.allauth.webauthn.forms[kind]({ ids, data });
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.querySelector("[data-passkey-problem]");
  if (problem) problem.hidden = false;
});
