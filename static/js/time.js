// What time does to a page: it counts down, offers another way to who waits, and once something has ended it asks the
// server what the page says now. Times are the server's: a phone's clock may be wrong, and its timers sleep with it.
(() => {
  "use strict";
  const root = document.documentElement;
  if (root.dataset.time) return; // a swapped-in page brings the script again
  root.dataset.time = "counting";
  const SLACK = 500, AGAIN = 10_000; // ms past the end, before the server is asked; until it is asked again in vain
  const all = (selector) => [...document.querySelectorAll(selector)];
  const words = () => document.getElementById("status")?.dataset ?? {};
  const say = (text, kind) => document.dispatchEvent(new CustomEvent("say", { detail: { text, kind } }));
  const spell = (left) => (left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s` : `${left} s`);
  let skew = 0;
  const now = () => Date.now() + skew;

  const count = (time) => {
    const { countdown, enables, bar, said } = time.dataset;
    const left = Math.max(0, Math.round((new Date(countdown) - now()) / 1000));
    time.textContent = left ? spell(left) : enables ? words().ready : words().over;
    const button = enables && document.getElementById(enables), line = bar && document.getElementById(bar);
    if (button) button.disabled = left > 0;
    if (line) line.style.setProperty("--left", Math.min(1, left / Number(line.dataset.seconds)));
    const mark = [0, 60, 300].find((seconds) => left <= seconds) ?? ""; // passed perhaps while the phone showed another app
    time.dataset.said = mark; // a page that comes says its time itself: nothing is said the first time
    if (said === undefined || said === String(mark) || enables) return;
    say(left ? `${words().left} ${spell(left)}` : words().over, "time");
  };

  const offer = (late) => {
    late.dataset.since ||= now();
    if (now() - late.dataset.since <= late.dataset.late * 1000 || late.classList.contains("now")) return;
    late.classList.add("now");
    say(late.querySelector("h2")?.textContent, "late");
  };

  const end = (node) => {
    const { deadline, leaves, asked } = node.dataset;
    if (now() < Date.parse(deadline) + SLACK || document.querySelector("form[data-sending]")) return;
    if (leaves && !asked) { // what had to leave the screen does so without a network too
      const main = document.getElementById("main");
      for (const part of [...main.children]) if (part.localName !== "h1" && part !== node) part.remove();
      main.querySelector("h1").textContent = leaves;
    }
    if (!navigator.onLine || (asked && now() - asked < AGAIN)) return;
    node.dataset.asked = now();
    window.htmx?.trigger(node, "ended");
  };

  const tick = () => {
    const fresh = document.querySelector("[data-now]:not([data-read])");
    if (fresh) {
      skew = Date.parse(fresh.dataset.now) - Date.now();
      fresh.dataset.read = "yes";
    }
    all("time[data-countdown]").forEach(count);
    all("[data-late]").forEach(offer);
    all("[data-deadline]").forEach(end);
  };
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("visibilitychange", tick);
  addEventListener("pageshow", tick); // also from the back/forward cache
  addEventListener("online", () => { for (const node of all("[data-asked]")) node.dataset.asked = 1; tick(); });
  tick();
})();
