// Refreshes the preview of the citizens' form while it is edited; without JavaScript the button does.
addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("refresh-preview");
  if (!button) return;
  const frame = document.querySelector(`iframe[name="${button.formTarget}"]`);
  const says = document.getElementById("preview-says");
  const address = button.formAction;
  let timer, latest = 0;

  async function refresh() {
    const request = ++latest;
    let failure = "";
    try {
      const response = await fetch(address, { method: "POST", body: new FormData(button.form), redirect: "manual" });
      // Signed out, the answer leads to the page to sign in; 422 is a form that shows its errors.
      if (response.type === "opaqueredirect") failure = says.dataset.signedOut;
      else if (!response.ok && response.status !== 422) failure = `${says.dataset.failed} (${response.status})`;
      else {
        const page = await response.text();
        if (request === latest) frame.srcdoc = page;
      }
    } catch {
      failure = says.dataset.unreachable;
    }
    if (request !== latest) return;
    says.textContent = failure;
    says.hidden = !failure;
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
