// The service worker; VERSION, FILES, PAGES (by language) and LANGUAGE are defined above. It caches those files and pages
// and nothing else: no response that passes through it is stored, so nothing personal can be.
const CACHE = `tramites-${VERSION}`;
const LANGUAGE_KEY = "/sw.js?idioma";  // the language of the last page is stored here, for the offline page

self.addEventListener("install", (event) => {
  // Without cookies: the offline page belongs to nobody.
  const pages = Object.values(PAGES).map((page) => new Request(page, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...FILES, ...pages])));
  // Where it can, the browser serves cached files without starting the worker.
  const files = FILES.map((pathname) => ({ condition: { urlPattern: { pathname } }, source: { cacheName: CACHE } }));
  event.addRoutes?.(files)?.catch(() => {});
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

// A new version waits until the person accepts it, or until no page is open.
self.addEventListener("message", (event) => { if (event.data === "activate") self.skipWaiting(); });

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(event));
  else if (FILES.includes(pathname)) event.respondWith(cached(request));
});

async function cached(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function navigate(event) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    event.waitUntil(rememberLanguage(response.headers.get("Content-Language")));
    return response;
  } catch {
    const cache = await caches.open(CACHE);
    const language = await (await cache.match(LANGUAGE_KEY))?.text();
    return (await cache.match(PAGES[language] ?? PAGES[LANGUAGE], { ignoreVary: true })) ?? Response.error();
  }
}

let remembered = "";
async function rememberLanguage(language) {
  if (!PAGES[language] || language === remembered) return;
  remembered = language;
  await (await caches.open(CACHE)).put(LANGUAGE_KEY, new Response(language));
}
