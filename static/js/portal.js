// What JavaScript adds to pages that work without it: focus and words after a swap, one submit at a time, counting down.
(() => {
  "use strict";
  const main = () => document.getElementById("main");
  const say = (text) => {
    const status = document.getElementById("status");
    if (!status || !text) return;
    const toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = text;
    status.replaceChildren(toast);
  };
  const words = document.documentElement.lang === "en"
    ? { offline: "No connection. What you typed is still here: try again.", failed: "That did not work. Try again in a moment.", over: "The time is over" }
    : { offline: "Sin conexión. Lo que has escrito sigue aquí: prueba otra vez.", failed: "No ha funcionado. Prueba otra vez en un momento.", over: "Se ha acabado el tiempo" };

  const free = (form) => {
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    delete form.dataset.sending;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (form.method !== "post") return;
    form.dataset.sending = "yes";
    (event.submitter || form.querySelector("button[type=submit]"))?.setAttribute("aria-busy", "true");
  }, true);
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach(free));

  const focusOn = (root) => (root.querySelector("[data-error-summary]") || root.querySelector("h1"))?.focus();
  const count = () => {
    for (const time of document.querySelectorAll("time[data-countdown]")) {
      const left = Math.max(0, Math.round((new Date(time.dataset.countdown) - Date.now()) / 1000));
      time.textContent = left ? (left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s` : `${left} s`) : words.over;
      const button = time.dataset.enables && document.getElementById(time.dataset.enables);
      if (button) button.disabled = left > 0;
      if ([300, 60, 0].includes(left) && !time.dataset.enables && time.dataset.said !== String(left)) {
        time.dataset.said = left;
        say(time.textContent);
      }
    }
  };
  const prepare = () => {
    for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.onclick = () => print(); }
    count();
  };
  document.addEventListener("input", ({ target }) => {
    if (!target.dataset.code) return;
    const clean = target.value.toUpperCase().replace(/[\s.-]/g, "");
    if (clean !== target.value) target.value = clean;
  });
  document.addEventListener("DOMContentLoaded", () => {
    prepare();
    const summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
    setInterval(count, 1000);
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target?.id !== "main" && detail.elt?.id !== "main") return;
    prepare();
    if (detail.requestConfig?.verb !== "get" || !detail.requestConfig.triggeringEvent?.type?.startsWith("load")) {
      if (!detail.requestConfig?.elt?.matches?.("[hx-trigger]")) focusOn(main());
    }
  });
  const unlock = ({ detail }) => { if (detail.elt?.tagName === "FORM") free(detail.elt); };
  document.addEventListener("htmx:sendError", (event) => { unlock(event); say(words.offline); });
  document.addEventListener("htmx:timeout", (event) => { unlock(event); say(words.offline); });
  document.addEventListener("htmx:responseError", (event) => { unlock(event); say(words.failed); });
  addEventListener("offline", () => say(words.offline));
})();
