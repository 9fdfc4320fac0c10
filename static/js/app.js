// The portal as an app: keeps what opens it without a network, tells of a new version, and offers the home screen once
// there is a result. Texts come from the page, in its language.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);

  // --- A new version waits until the person wants it ---
  let waiting = null, wanted = false;
  const typed = () => [...document.querySelectorAll("main input, main textarea")].some((field) =>
    field.type !== "hidden" && (field.value !== field.defaultValue || field.checked !== field.defaultChecked));
  const tell = () => {
    const status = document.getElementById("status");
    if (!waiting || !status || $("#update")) return;
    const toast = document.createElement("p"), button = document.createElement("button");
    toast.id = "update";
    toast.className = "toast stay";
    toast.append(status.dataset.update, button);
    button.type = "button";
    button.textContent = status.dataset.updateNow;
    button.onclick = () => { wanted = true; waiting.postMessage("activate"); };
    status.append(toast);
  };
  const found = (registration) => {
    waiting = registration.waiting;
    tell();
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming.addEventListener("statechange", () => {
        waiting = coming.state === "installed" && navigator.serviceWorker.controller ? coming : null;
        tell();
      });
    });
  };
  const workers = navigator.serviceWorker;
  if (workers) {
    workers.addEventListener("controllerchange", () => {
      waiting = null;
      $("#update")?.remove();
      // What was typed is never lost to a new version: the next page brings it anyway.
      if (wanted && !typed()) location.reload();
      wanted = false;
    });
    addEventListener("load", () => workers.register("/sw.js", { updateViaCache: "none" }).then(found, () => {}));
  }

  // --- The page without a network stands in for another one, and tries it again ---
  const again = () => $("main[data-step=offline]") && location.pathname !== "/sin-conexion/";
  addEventListener("online", () => { if (again()) location.reload(); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("main[data-step=offline] .btn") || !again()) return;
    event.preventDefault();
    location.reload();
  });

  // --- The home screen, at a result ---
  const KEY = "install-refused", DAYS = 90 * 24 * 3600 * 1000;
  let offer = null;
  const store = (value) => {
    try { return value ? localStorage.setItem(KEY, value) : localStorage.getItem(KEY); } catch { return null; }
  };
  const refused = () => Date.now() - Number(store() ?? 0) < DAYS;
  const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone;
  const show = () => {
    const card = document.getElementById("install");
    if (!card) return;
    card.hidden = installed() || refused() || !(offer || !("onbeforeinstallprompt" in window));
    $("#install [data-yes]").hidden = !offer;
    $("#install [data-how]").hidden = Boolean(offer);
  };
  addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); offer = event; show(); });
  addEventListener("appinstalled", () => { offer = null; show(); });
  document.addEventListener("click", async ({ target }) => {
    if (target.closest?.("#install [data-no]")) store(String(Date.now()));
    else if (target.closest?.("#install [data-yes]")) {
      const asked = offer;
      offer = null;
      asked.prompt();
      if ((await asked.userChoice).outcome === "dismissed") store(String(Date.now()));
    } else return;
    show();
  });
  const arrive = () => { tell(); show(); };
  document.addEventListener("DOMContentLoaded", arrive);
  document.addEventListener("htmx:afterSettle", arrive);
})();
