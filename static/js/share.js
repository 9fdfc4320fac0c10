// Sharing a document: the system's share sheet with the file itself; without it, the link leads to the expiring link.
(() => {
  "use strict";
  if (document.documentElement.dataset.sharing) return; // a swapped-in page brings the script again
  document.documentElement.dataset.sharing = "ready";
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const source = document.querySelector(copy.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.value || source.textContent);
        copy.lastChild.textContent = copy.dataset.copied;
      } catch { source.select?.(); }
      return;
    }
    const link = event.target.closest("[data-share]");
    if (!link || !navigator.canShare) return;
    const probe = new File([new Blob(["%PDF-"])], "a.pdf", { type: "application/pdf" });
    if (!navigator.canShare({ files: [probe] })) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.dataset.shareFile);
      if (!answer.ok) throw new Error(answer.status);
      const file = new File([await answer.blob()], link.dataset.shareName, { type: "application/pdf" });
      await navigator.share({ files: [file], title: link.dataset.shareName });
    } catch (error) {
      if (error.name !== "AbortError") location.assign(link.href);
    }
  });
})();
