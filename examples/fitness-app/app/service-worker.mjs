// Keeps the app for offline, and sends what waits when the browser finds the connection again, or when the last page goes.
import { createSyncer } from "paceline/service-worker";
import { deviceOptions } from "./device.mjs";

/** @typedef {{ waitUntil(work: Promise<unknown>): void }} Extendable */

const scope = /** @type {any} */ (globalThis);
const CACHE = "footing";
/** The app's files, put in when it is built. */
const shell = /** @type {readonly string[]} */ (/** @type {any} */ (globalThis).shell);

const sync = async () => {
  const syncer = createSyncer(await deviceOptions());
  // What fails waits for the next time.
  await syncer.sync().catch(() => undefined);
};

scope.addEventListener("install", (/** @type {Extendable} */ event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...shell])));
  scope.skipWaiting();
});

scope.addEventListener("activate", (/** @type {Extendable} */ event) => event.waitUntil(scope.clients.claim()));

// The network first, so that an update is seen; the cache where there is none. Only the app's own files: reports pass untouched.
scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(
    fetch(request).catch(async () => (await caches.match(request, { ignoreSearch: true })) ?? Response.error()),
  );
});

for (const type of ["sync", "periodicsync"])
  scope.addEventListener(type, (/** @type {Extendable & { tag: string }} */ event) => {
    if (event.tag === "paceline") event.waitUntil(sync());
  });

// A page that goes says so.
scope.addEventListener("message", (/** @type {Extendable & { data: unknown }} */ event) => {
  if (event.data === "paceline") event.waitUntil(sync());
});
