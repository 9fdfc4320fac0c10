// The slashes of a date appear as one types it on a phone, whose number pad has none. The server takes it without them.
// Only the end of the value is changed, behind the caret, and never while a keyboard composes.
(() => {
  "use strict";
  if (document.documentElement.dataset.dates) return; // a swapped-in page brings the script again
  document.documentElement.dataset.dates = "ready";
  const withSlashes = (typed) => {
    const bare = typed.replaceAll("/", "");
    if (/^\d\d?\/(\d\d\/)?[-. ]$/.test(typed)) return bare; // another separator than ours, or the year came first
    if (typed.endsWith("//")) return typed.slice(0, -1);
    const [, day, rest] = typed.match(/^(\d\d?)\/(\d+)$/) ?? typed.match(/^(\d\d)(\d*)$/) ?? [];
    if (!day) return typed;
    const month = rest.slice(0, 2);
    return month > 12 ? bare : `${day}/${month}${month[1] ? "/" : ""}${rest.slice(2)}`;
  };
  document.addEventListener("input", ({ target, inputType, isComposing }) => {
    if (!("date" in (target.dataset ?? {})) || inputType !== "insertText" || isComposing) return;
    if (target.selectionEnd !== target.value.length || !matchMedia("(pointer: coarse), (max-width: 40rem)").matches) return;
    const whole = withSlashes(target.value);
    if (whole !== target.value) target.value = whole;
  });
})();
