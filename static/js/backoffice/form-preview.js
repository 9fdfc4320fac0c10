// Refreshes the preview of the citizens' form while it is edited; without JavaScript the button does.
addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("refresh-preview");
  if (!button) return;
  const frame = document.querySelector(`iframe[name="${button.formTarget}"]`);
  const address = button.formAction;
  let timer, latest = 0;

  async function refresh() {
    const request = ++latest;
    try {
      const response = await fetch(address, { method: "POST", body: new FormData(button.form), redirect: "error" });
      const page = await response.text();
      if (request === latest) frame.srcdoc = page;
    } catch {
      // The preview stays as it was, and the button works.
    }
  }

  function refreshSoon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  }

  button.form.addEventListener("input", refreshSoon);
  button.form.addEventListener("change", refreshSoon);
  document.addEventListener("formset:added", refreshSoon);
  document.addEventListener("formset:removed", refreshSoon);
  button.addEventListener("click", (event) => {
    event.preventDefault();
    refresh();
  });
});
