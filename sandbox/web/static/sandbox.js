// The phone's page keeps itself up to date and counts down; without this script the page reloads itself instead.
(() => {
  const screen = document.querySelector("[data-live]");
  if (!screen) return;

  const spoken = (seconds) => `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;

  const countDown = () => {
    const expires = screen.querySelector("[data-expires]");
    if (!expires) return;
    const left = Math.max(0, Math.round((Date.parse(expires.dataset.expires) - Date.now()) / 1000));
    expires.querySelector("[data-left]").textContent = spoken(left);
    screen.querySelector("progress").value = left;
  };

  const renew = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of [".app", ".inbox"]) {
        const [shown, now] = [screen.querySelector(part), fresh.querySelector(part)];
        const touched = shown && shown.contains(document.activeElement);
        if (shown && now && !touched && shown.innerHTML !== now.innerHTML) shown.innerHTML = now.innerHTML;
      }
      countDown();
    } catch {
      // The sandbox is away; the next turn tries again.
    }
  };

  setInterval(countDown, 1000);
  setInterval(renew, 2000);
  document.addEventListener("visibilitychange", renew);
})();
