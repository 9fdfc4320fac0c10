// What JavaScript adds to pages that work without it: one submit at a time, focus and words after a swap, asking
// in a dialog. Texts come from the page, in its language.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const main = () => document.getElementById("main");
  const words = () => document.getElementById("status")?.dataset ?? {};

  // What is said takes the place of what was said of the same kind, and of nothing else: a message may stand there.
  const say = (text, kind = "news", look = "toast") => {
    const status = document.getElementById("status");
    if (!status || !text) return;
    const toast = document.createElement("p");
    toast.className = look;
    toast.dataset.kind = kind;
    toast.textContent = text;
    $(`[data-kind=${kind}]`, status)?.remove();
    status.append(toast);
  };
  document.addEventListener("say", ({ detail }) => say(detail.text, detail.kind)); // by the scripts of single pages

  // What is typed stays: said only where there is something to type.
  const offline = () => words()[$("main :is(input:not([type=hidden]), select, textarea)") ? "offline" : "away"];

  // --- One submit at a time ---
  const free = (form) => {
    all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
    delete form.dataset.sending;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if (form.dataset.sending) return stop();
    if (!navigator.onLine) { stop(); return say(offline()); }
    if (form.getAttribute("method") !== "post") return; // "form.method" may be a field of that name
    form.dataset.sending = "yes";
    (event.submitter || $("button[type=submit]", form))?.setAttribute("aria-busy", "true");
  }, true);
  addEventListener("pageshow", () => all("form").forEach(free));

  // --- After a swap: a new page has its heading focused; the same one keeps the focus, and says what has changed ---
  let seen = "", spoken = "", had, byHand;
  const what = () => `${main()?.dataset.step} ${$("h1", main() ?? document)?.textContent}`;
  const news = () => $("[data-say]", main() ?? document)?.textContent.trim() ?? "";
  const alike = (one) => (other) => ["id", "name", "value", "href"].every((key) => one.getAttribute(key) === other.getAttribute(key))
    && one.tagName === other.tagName && one.textContent.trim() === other.textContent.trim();
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const dialog = document.getElementById("dialog");
    had = dialog?.open ? dialog.opener : document.activeElement;
    byHand = detail.requestConfig?.elt.tagName === "FORM";
  });
  const keepFocus = () => {
    const at = document.activeElement; // in the dialog that was just closed, perhaps
    if (at && at !== document.body && !at.closest("dialog")) return;
    const again = had && all("a, button, input, select, summary", main()).find(alike(had));
    const place = again && !again.disabled ? again : byHand && $("h1", main()); // a page that polls says its heading once
    if (place) place.focus({ preventScroll: true });
  };
  const arrive = () => {
    const summary = $("[data-error-summary]"), isNew = what() !== seen, told = news();
    if (summary || isNew) (summary || $("h1", main()))?.focus();
    else keepFocus();
    if (!isNew && told !== spoken) say(told, "page", "visually-hidden");
    seen = what();
    spoken = told;
  };

  // --- A question that has a page of its own is asked in a dialog ---
  const ask = async (link) => {
    const dialog = document.getElementById("dialog");
    dialog.opener = link;
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
      const heading = document.createElement("h2");
      dialog.setAttribute("aria-label", $("h1", page).textContent);
      heading.textContent = $("h1", page).textContent;
      $("h1", page).replaceWith(heading);
      dialog.replaceChildren(...page.children);
      window.htmx?.process(dialog);
      dialog.showModal();
      $("[data-keep]", dialog)?.focus(); // never the answer that destroys: one more Enter would give it
    } catch { location.assign(link.href); }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.closest("dialog") && "keep" in link.dataset) { event.preventDefault(); link.closest("dialog").close(); }
    if ("dialog" in link.dataset && window.HTMLDialogElement) { event.preventDefault(); ask(link); }
  });

  const prepare = () => {
    for (const button of all("[data-print]")) { button.hidden = false; button.onclick = () => print(); }
  };
  document.addEventListener("DOMContentLoaded", () => {
    prepare();
    seen = what();
    spoken = news();
    $("[data-error-summary]")?.focus();
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.getElementById("dialog")?.close();
    prepare();
    arrive();
  });
  // Back asks for the page anew; where that leads elsewhere, the address says so, and what is gone comes as a whole page.
  let restoring;
  document.addEventListener("htmx:historyCacheMiss", ({ detail }) => { restoring?.abort(); restoring = detail.xhr; });
  document.addEventListener("htmx:historyCacheMissLoad", ({ detail }) => {
    const { pathname, search } = new URL(detail.xhr.responseURL);
    if (pathname !== location.pathname) history.replaceState({ htmx: true }, "", detail.path = pathname + search);
  });
  document.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());
  const failed = (key) => ({ detail }) => { if (detail.elt?.tagName === "FORM") free(detail.elt); say(key === "offline" ? offline() : words()[key]); };
  document.addEventListener("htmx:sendError", failed("offline"));
  document.addEventListener("htmx:timeout", failed("offline"));
  document.addEventListener("htmx:responseError", failed("failed"));
  // A view transition that a turn of the phone cuts short is no error.
  addEventListener("unhandledrejection", (event) => { if (/transition/i.test(event.reason)) event.preventDefault(); });
  addEventListener("offline", () => say(offline()));
  addEventListener("online", () => say(words().online));
})();
