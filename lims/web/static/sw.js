/* Answers for the server while the network is away: with the one page on which scans are
   kept, and the files that it needs. No page with anybody's data is ever stored. */
"use strict";
const SHELF = "nomen-1", SHELL = "/scan/offline", AGAIN = 600_000;
let stocked = 0;

async function stock() {
  stocked = Date.now();
  const answer = await fetch(SHELL, {credentials: "same-origin", redirect: "error"});
  if (!answer.ok) return;
  const text = await answer.clone().text();
  const files = [...text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  const shelf = await caches.open(SHELF);
  const wanted = new Set(files);
  for (const {url} of await shelf.keys()) {
    const at = new URL(url);
    if (at.pathname !== SHELL && !wanted.has(at.pathname + at.search)) await shelf.delete(url);
  }
  await shelf.addAll(files);
  await shelf.put(SHELL, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil(stock().catch(() => { stocked = 0; }).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function page(request) {
  try {
    return await fetch(request);
  } catch (trouble) {
    const kept = await caches.match(SHELL);
    if (kept) return kept;
    throw trouble;
  }
}

self.addEventListener("fetch", (event) => {
  const {request} = event, at = new URL(request.url);
  if (request.method !== "GET" || at.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
    if (Date.now() - stocked > AGAIN) event.waitUntil(stock().catch(() => { stocked = 0; }));
  } else if (at.pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});
