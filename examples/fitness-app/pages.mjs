// The app's pages: bundled by esbuild with paceline/* as an app would, and served with a content policy that lets them talk to the
// services and to nobody else.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (/** @type {string} */ name) => fileURLToPath(new URL(`app/${name}`, import.meta.url));

/** As they are, and what they are. */
const PLAIN = ["index.html", "style.css", "layout.css", "icon.svg", "manifest.webmanifest"];
const TYPES = /** @type {Readonly<Record<string, string>>} */ ({
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
});

/**
 * @param {object} pinned options of createClient that ship with the app: addresses and keys
 * @returns {Promise<ReadonlyMap<string, Uint8Array>>} files by name
 */
export async function buildApp(pinned) {
  /** @type {Map<string, Uint8Array>} */
  const files = new Map(PLAIN.map((name) => [name, readFileSync(at(name))]));
  const common = /** @type {const} */ ({
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    outdir: "app",
    write: false,
    logLevel: "error",
    // Where this runs from the sources, the app is made of them too.
    conditions: import.meta.resolve("paceline/client").endsWith(".ts") ? ["paceline-source"] : [],
  });
  const define = { "globalThis.pinned": JSON.stringify(pinned) };
  const page = await build({
    ...common,
    define,
    entryPoints: { app: at("main.mjs"), worker: at("worker.mjs") },
    splitting: true,
  });
  for (const { path, contents } of page.outputFiles) files.set(nameOf(path), contents);
  // A service worker may import nothing later: it is one file. What it keeps for offline is all that there is.
  const shell = ["./", ...files.keys()].filter((name) => name !== "index.html");
  const worker = await build({
    ...common,
    define: { ...define, "globalThis.shell": JSON.stringify(shell) },
    entryPoints: { "service-worker": at("service-worker.mjs") },
    splitting: false,
  });
  for (const { path, contents } of worker.outputFiles) files.set(nameOf(path), contents);
  return files;
}

const nameOf = (/** @type {string} */ path) => path.slice(path.lastIndexOf("/") + 1);

/**
 * @param {ReadonlyMap<string, Uint8Array>} files
 * @param {{ readonly port: number, readonly services: readonly string[] }} options 0: any port that is free
 */
export async function serveApp(files, { port, services }) {
  const policy = [
    "default-src 'none'",
    // The kernels for long vectors are WebAssembly; without the second word plain JavaScript does their work.
    "script-src 'self' 'wasm-unsafe-eval'",
    ...["style-src", "img-src", "manifest-src", "worker-src"].map((kind) => `${kind} 'self'`),
    `connect-src 'self' ${services.join(" ")}`,
    ...["base-uri", "form-action", "frame-ancestors"].map((kind) => `${kind} 'none'`),
  ].join("; ");
  const server = createServer(({ url = "/", method }, response) => {
    const name = new URL(url, "http://app").pathname.slice(1) || "index.html";
    const contents = files.get(name);
    if (contents === undefined || method !== "GET") return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream",
      "content-security-policy": policy,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    response.end(contents);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return {
    // Not the services' host, so that the app is of another origin, as it will be.
    url: `http://localhost:${taken}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
