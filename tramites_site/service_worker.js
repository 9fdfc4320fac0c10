// The service worker; VERSION, FILES, PAGES (by language), GUIDES and LANGUAGE are defined above. It caches those files and
// pages, asked for without cookies, and nothing else: no response that passes through it is stored, so nothing personal
// can be.
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
  else if (GUIDES.includes(pathname)) event.respondWith(fetch(request).catch(() => cached(request)));
});

async function cached(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function navigate(event) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    const language = response.headers.get("Content-Language");
    event.waitUntil(rememberLanguage(language).then(() => keepGuides(event.request.url, language)));
    return response;
  } catch {
    const cache = await caches.open(CACHE);
    const language = await (await cache.match(LANGUAGE_KEY))?.text() ?? LANGUAGE;
    const { pathname } = new URL(event.request.url);
    return (await cache.match(guideKey(pathname, language), { ignoreVary: true })) ??
      (await cache.match(PAGES[language] ?? PAGES[LANGUAGE], { ignoreVary: true })) ?? Response.error();
  }
}

let remembered = "";
async function rememberLanguage(language) {
  if (!PAGES[language] || language === remembered) return;
  remembered = language;
  await (await caches.open(CACHE)).put(LANGUAGE_KEY, new Response(language));
}

// The guides are for whoever reads the help or has begun a procedure: a first visit does not pay for them.
const NEEDS_GUIDES = /^\/(ayuda|accesos|clave)\//;
const guideKey = (guide, language) => guide.startsWith("/static/") ? guide : `${guide}?idioma=${language}`;
let keeping = "";
async function keepGuides(url, language) {
  if (!PAGES[language] || keeping === language || !NEEDS_GUIDES.test(new URL(url).pathname)) return;
  keeping = language;
  const cache = await caches.open(CACHE);
  for (const guide of GUIDES) {
    const key = guideKey(guide, language);
    if (await cache.match(key)) continue;
    try {
      const response = await fetch(guide, { credentials: "omit", headers: { "Accept-Language": language } });
      if (response.ok && !response.redirected) await cache.put(key, response);
    } catch { keeping = ""; return; }  // the network is gone: the next page goes on with the rest
  }
}
