// On a phone, a PIN goes off by itself a moment after its third character; the hint says so beforehand. Not where that
// would surprise: a screen reader's double tap has no finger's size, the Tab key tells of a keyboard, and after a wrong PIN
// a try is dear. Any edit, Escape or the button stops it; after the button or Escape it does not start again.
(() => {
  "use strict";
  if (document.documentElement.dataset.pin) return; // a swapped-in page brings the script again
  document.documentElement.dataset.pin = "ready";
  const MOMENT = 3000;
  let assisted = false, timer = 0;
  const find = () => document.querySelector("input[data-sending]");
  const hintOf = (field) => document.getElementById(`${field.id}_helptext`);
  const sendsItself = (field) => field && !assisted && field.getAttribute("aria-invalid") !== "true" && hintOf(field) &&
    matchMedia("(pointer: coarse), (max-width: 40rem)").matches;
  const isWhole = (text, pasted) => /^[a-z2-7018]{3}$/i.test(text.replace(/[\s.-]/g, "")) || (pasted && /\bPIN\b/i.test(text));
  const tell = () => {
    const field = find();
    if (!field || timer) return;
    const hint = hintOf(field);
    hint.dataset.plain ??= hint.textContent;
    hint.textContent = sendsItself(field) ? field.dataset.hint : hint.dataset.plain;
  };
  const stop = (forGood) => {
    const field = find();
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    if (!field) return;
    if (forGood) assisted = true;
    tell();
    if (forGood) field.focus();
  };
  const send = (field) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = field.dataset.stop;
    button.onclick = () => stop(true);
    hintOf(field).setAttribute("role", "status");
    hintOf(field).replaceChildren(`${field.dataset.sending} `, button);
    timer = setTimeout(() => {
      timer = 0;
      if (field.isConnected) field.form.requestSubmit();
    }, MOMENT);
  };
  addEventListener("pointerdown", ({ width, height, pressure, pointerType }) => {
    if (!(width || height) || (pointerType === "mouse" && !pressure)) { assisted = true; tell(); }
  }, true);
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") stop(true);
    if (key === "Tab") { assisted = true; stop(); tell(); }
  });
  const typed = ({ type, target, inputType, isComposing }) => {
    if (target !== find()) return;
    stop();
    const fresh = type === "compositionend" || (!isComposing && /^insert(Text|FromPaste)$/.test(inputType));
    if (fresh && sendsItself(target) && isWhole(target.value, inputType === "insertFromPaste")) send(target);
  };
  for (const event of ["input", "compositionend"]) addEventListener(event, typed);
  for (const event of ["submit", "visibilitychange"]) addEventListener(event, () => stop(), true);
  document.addEventListener("htmx:afterSettle", tell);
  tell();
})();
