// Names for the pickers that select2 makes of selects: it leaves them without the label that the select has.
(() => {
  "use strict";
  const labelOf = (select) => document.querySelector(`label[for="${CSS.escape(select.id)}"]`)?.textContent
    .replace(/:?\s*$/, "").trim() || select.closest("fieldset, .inline-group")?.querySelector("h2, legend")?.textContent.trim();
  const name = (picker) => {
    const select = picker.closest(".select2-container")?.previousElementSibling;
    const label = select && labelOf(select);
    if (label && picker.getAttribute("aria-label") !== label) picker.setAttribute("aria-label", label);
  };
  const nameAll = () => document.querySelectorAll(".select2-selection, .select2-selection__rendered").forEach(name);
  // A list that opens is made at the end of the page; its search field belongs to the picker that is open.
  const nameOpen = () => {
    const open = document.querySelector(".select2-container--open .select2-selection");
    const search = document.querySelector(".select2-container--open .select2-search--dropdown .select2-search__field");
    const list = document.querySelector(".select2-container--open .select2-results__options");
    for (const part of [search, list]) if (part && open) part.setAttribute("aria-label", open.getAttribute("aria-label") ?? "");
  };
  addEventListener("DOMContentLoaded", () => {
    nameAll();
    new MutationObserver(() => { nameAll(); nameOpen(); }).observe(document.body, { childList: true, subtree: true });
  });
})();
