// The service worker. VERSION, FILES, PAGES (by language) and LANGUAGE stand above. It keeps the files and those pages,
// nothing else ever: no answer that it passes on is kept, so nothing of a person can be.
const KEPT = `tramites-${VERSION}`;
const NOTE = "/sw.js?idioma";  // under this key stands the language of the last page, for the page without a network

self.addEventListener("install", (event) => {
  // Without cookies: the page without a network is nobody's.
  const pages = Object.values(PAGES).map((page) => new Request(page, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([...FILES, ...pages])));
  // Where the browser can, it takes kept files without waking the worker.
  const files = FILES.map((pathname) => ({ condition: { urlPattern: { pathname } }, source: { cacheName: KEPT } }));
  event.addRoutes?.(files)?.catch(() => {});
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

// A new version waits until the person says yes, or until no page is open.
self.addEventListener("message", (event) => { if (event.data === "activate") self.skipWaiting(); });

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(event));
  else if (FILES.includes(pathname)) event.respondWith(kept(request));
});

async function kept(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function navigate(event) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    event.waitUntil(note(answer.headers.get("Content-Language")));
    return answer;
  } catch {
    const cache = await caches.open(KEPT);
    const noted = await (await cache.match(NOTE))?.text();
    return (await cache.match(PAGES[noted] ?? PAGES[LANGUAGE], { ignoreVary: true })) ?? Response.error();
  }
}

let last = "";
async function note(language) {
  if (!PAGES[language] || language === last) return;
  last = language;
  await (await caches.open(KEPT)).put(NOTE, new Response(language));
}
