// A tutorial's chapters: each button goes to its second of the video.
(() => {
  "use strict";
  if (document.documentElement.dataset.tutorials) return; // a swapped-in page brings the script again
  document.documentElement.dataset.tutorials = "ready";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    const video = button && document.getElementById(button.dataset.video);
    if (!video) return;
    const go = () => { video.currentTime = Number(button.dataset.seek) + 0.05; video.play().catch(() => {}); };
    if (video.readyState) return go();
    video.addEventListener("loadedmetadata", go, { once: true });
    video.load();
    video.play().catch(() => {}); // preload="none": only playing makes some browsers load
  });
})();
