// Adds rows to a table of options; without JavaScript, saving gives three more empty ones.
addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-add-option]");
  if (!button) return;
  const rows = button.closest(".options").querySelector("tbody");
  const row = rows.lastElementChild.cloneNode(true);
  const number = rows.children.length;
  for (const field of row.querySelectorAll("input")) {
    field.name = field.name.replace(/-\d+-([^-]+(?:-valencia)?)$/, `-${number}-$1`);
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, number + 1));
    field.value = "";
  }
  rows.append(row);
  row.querySelector("input").focus();
});
addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-add-option]")) button.hidden = false;
});
document.addEventListener("formset:added", ({ target }) => {
  for (const button of target.querySelectorAll("[data-add-option]")) button.hidden = false;
});
