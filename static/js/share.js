// Sharing a document by the phone's own sheet: the PDF itself, or the link. The sheet opens only within a few seconds
// of a tap, so the PDF is fetched before. Without a sheet the page keeps what works without a script.
(() => {
  "use strict";
  const root = document.documentElement;
  if (root.dataset.sharing) return; // a swapped-in page brings the script again
  root.dataset.sharing = "ready";
  const EAGER = 3e6; // a larger file is fetched when it is wanted, for the sake of small data plans
  const $ = (selector, within = document) => within.querySelector(selector);
  const tell = (place, text) => { $("[data-told]", place.closest("section")).textContent = text; };
  const offerToSave = (section) => { const link = $("a[download]", section); if (link) link.hidden = false; };
  let file, fetching, isOpen = false;

  const takesFiles = () => {
    const probe = new File(["%PDF-"], "a.pdf", { type: "application/pdf" });
    try { return Boolean(navigator.canShare?.({ files: [probe] })); } catch { return false; }
  };
  const receive = async (section) => {
    const answer = await fetch(section.dataset.send, { credentials: "same-origin" });
    if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("application/pdf")) throw new Error(answer.status);
    const parts = [], reader = answer.body.getReader();
    for (let got = 0, part; !(part = await reader.read()).done;) {
      parts.push(part.value);
      got += part.value.length;
      const bar = $("[data-send] progress");
      if (bar) bar.value = got / Number(section.dataset.size);
    }
    return new File(parts, section.dataset.name, { type: "application/pdf" });
  };
  const prepare = (section) => {
    const key = section.dataset.send + section.dataset.name;
    if (fetching?.key === key) return fetching.done;
    file = undefined;
    const done = receive(section).then((received) => { file = received; }, (error) => { fetching = undefined; throw error; });
    fetching = { key, done };
    return done;
  };

  // The sheet itself: one at a time, and what it answers is said.
  const open = async (place, what, texts) => {
    if (isOpen) return;
    isOpen = true;
    tell(place, "");
    try {
      await navigator.share(what);
      tell(place, texts.given);
    } catch (error) {
      const cancelled = error.name === "AbortError";
      tell(place, cancelled ? texts.cancelled : texts.refused);
      if (!cancelled) offerToSave(place);
    } finally { isOpen = false; }
  };
  const sendFile = async (button) => {
    const section = button.closest("section"), bar = $("progress", section), texts = section.dataset;
    if (file) return open(section, { files: [file] }, texts);
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    bar.hidden = false;
    tell(section, texts.preparing);
    try {
      await prepare(section);
      if (navigator.userActivation?.isActive) return await open(section, { files: [file] }, texts);
      tell(section, texts.ready);
    } catch {
      tell(section, texts.failed);
      offerToSave(section);
    } finally {
      button.removeAttribute("aria-busy");
      bar.hidden = true;
    }
  };
  const copy = async (place) => {
    const field = $(place.dataset.link);
    try {
      await navigator.clipboard.writeText(field.value);
      tell(place, place.dataset.copied);
    } catch {
      field.select();
      tell(place, place.dataset.select);
    }
  };

  const arrive = () => {
    const section = $("[data-send]"), made = $("[data-link]");
    if (section && takesFiles()) {
      $("button", section).hidden = false;
      $("a[download]", section).hidden = true;
      $("[data-how]", section).textContent = section.dataset.explained;
      if (Number(section.dataset.size) <= EAGER && !navigator.connection?.saveData) prepare(section).catch(() => {});
    }
    if (made) {
      $("[data-copy]", made).hidden = false;
      $("[data-send-link]", made).hidden = !navigator.share;
      $("#made").focus();
    }
  };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button"), place = button?.closest("[data-link]");
    if (button?.closest("[data-send]")) sendFile(button);
    else if (place && "copy" in button.dataset) copy(place);
    else if (place) open(place, { url: $(place.dataset.link).value }, place.dataset);
  });
  document.addEventListener("htmx:afterSettle", arrive);
  arrive();
})();
