// Pages as an app would ship them: page.ts bundled with paceline/report as it is built, behind two content policies. Served
// for the whole run of the browser project.
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";
import { toBase64Url } from "../../src/base/bytes.ts";
import { bundleOf, kinds } from "../support/bundles.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the pages are: `${pages}/strict/` and `${pages}/wasm/`. */
    pages: string;
    /** Release bundles by kind, with their keys in base64url. */
    bundles: Readonly<Record<string, { readonly text: string; readonly register: string; readonly helper: string }>>;
  }
}

const POLICIES: Readonly<Record<string, string>> = {
  "/strict/": "default-src 'none'; script-src 'self'",
  "/wasm/": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Builds dist/ where sources are newer: yesterday's code would pass or fail for today's.
  const { status } = spawnSync(process.execPath, ["scripts/prepare.mjs"], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("dist/ does not build: try `npm run build`");
  // No condition of ours: this is dist/, which users get.
  const { outputFiles } = await build({
    entryPoints: { page: "test/browser/page.ts" },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    outdir: "bundled",
    write: false,
    logLevel: "error",
  });
  const scripts = new Map(outputFiles.map(({ path, text }) => [path.split("/").at(-1), text]));
  const server = createServer(({ url = "" }, response) => {
    const policy = POLICIES[url.slice(0, url.lastIndexOf("/") + 1)];
    const name = url.slice(url.lastIndexOf("/") + 1);
    const script = scripts.get(name);
    if (policy === undefined || (name !== "" && script === undefined)) response.writeHead(404).end();
    else {
      const type = script === undefined ? "text/html" : "text/javascript";
      response.writeHead(200, { "content-type": type, "content-security-policy": policy });
      response.end(script ?? '<!doctype html><script type="module" src="page.js"></script>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  project.provide("pages", `http://localhost:${(server.address() as AddressInfo).port}`);
  project.provide("bundles", await madeBundles());
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function madeBundles() {
  const bundles: Record<string, { text: string; register: string; helper: string }> = {};
  for (const kind of kinds) {
    const { text, keys } = await bundleOf(kind);
    bundles[kind] = { text, register: toBase64Url(keys.register), helper: toBase64Url(keys.helper) };
  }
  return bundles;
}
