// Shows the citizens' form as it is being written; without this the button beside it does the same.
addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("refresh-preview");
  if (!button) return;
  const frame = document.querySelector(`iframe[name="${button.formTarget}"]`);
  const address = button.formAction;
  let waiting, asked = 0;

  async function refresh() {
    const mine = ++asked;
    try {
      const answer = await fetch(address, { method: "POST", body: new FormData(button.form), redirect: "error" });
      const page = await answer.text();
      if (mine === asked) frame.srcdoc = page;
    } catch {
      // it stays as it was; the button is there
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 400);
  }

  button.form.addEventListener("input", soon);
  button.form.addEventListener("change", soon);
  document.addEventListener("formset:added", soon);
  document.addEventListener("formset:removed", soon);
  button.addEventListener("click", (event) => {
    event.preventDefault();
    refresh();
  });
});
