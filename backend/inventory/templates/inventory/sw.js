// Keeps the bench on this device: its page, its scripts, its reader. `KEEPS` stands before this text.
const CACHE = `bench-${KEEPS.version}`;
const FILES = new Set(KEEPS.files.map((file) => new URL(file, self.location).href));
const SHELL = new URL(KEEPS.shell, self.location);

async function fill() {
    const cache = await caches.open(CACHE);
    const asked = [KEEPS.shell, ...KEEPS.files].map(async (address) => {
        const answer = await fetch(address, { cache: "reload", credentials: "same-origin" });
        if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
        await cache.put(address, answer);
    });
    await Promise.all(asked);
}

self.addEventListener("install", (event) => event.waitUntil(fill()));

// The page says when the new version may take over: never in the middle of a series.
self.addEventListener("message", (event) => {
    if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("activate", (event) => {
    const work = async () => {
        const names = await caches.keys();
        await Promise.all(names.filter((name) => name.startsWith("bench-") && name !== CACHE).map((name) => caches.delete(name)));
        await self.clients.claim();
    };
    event.waitUntil(work());
});

const kept = async (address, request) => (await caches.match(address, { cacheName: CACHE })) ?? fetch(request);

self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    const address = new URL(request.url);
    if (request.mode === "navigate") {
        if (address.origin === SHELL.origin && address.pathname === SHELL.pathname) event.respondWith(kept(KEEPS.shell, request));
    } else if (FILES.has(address.href)) {
        event.respondWith(kept(address.href, request));
    }
});
