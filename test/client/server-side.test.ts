// Rendering on a server, and engines that lack something: importing any entry that an app embeds does nothing and needs no page, and there is a snapshot to render.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { entries } from "../../scripts/entries.mjs";
import { top } from "../house/files.ts";

const watching = `
  const touched = [];
  for (const name of ["window", "document", "indexedDB", "localStorage", "BroadcastChannel", "fetch", "addEventListener", "setTimeout", "setInterval", "navigator", "WebAssembly", "customElements"])
    Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); return undefined; } });
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  const added = () => Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name));
`;

const script = `${watching}
  const { createClient, initialState } = await import(at("client"));
  const key = (byte) => Buffer.alloc(32, byte).toString("base64url");
  const store = { get: async () => { throw new Error("read"); }, keys: async () => { throw new Error("read"); }, transaction: async () => { throw new Error("written"); }, close: async () => {} };
  const client = createClient({
    coordinator: { url: "https://a.test", registerKey: key(1) },
    helper: { url: "https://b.test", signingKey: key(2) },
    store,
  });
  const same = client.snapshot() === initialState && client.snapshot() === client.snapshot();
  process.stdout.write(JSON.stringify({ touched, same, added: added(), ready: client.snapshot().ready }));
`;

/** A worker's script is made to do something where it is loaded. */
const embedded = entries.filter(
  ({ source, exported }) => exported !== undefined && /^src\/(client|testing|platform\/web)\//.test(source),
);

/** As an app's bundler makes them: Node itself needs WebAssembly to read TypeScript. Inside, so that react is found. */
const folder = mkdtempSync(join(top, "node_modules", ".server-side-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
buildSync({
  entryPoints: embedded.map(({ source }) => source),
  absWorkingDir: top,
  outbase: "src",
  outdir: folder,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["paceline-source", "import"],
  external: ["react"],
  logLevel: "error",
});

/** What a program writes that finds an entry's bundle by `at("client")`. */
function run(program: string): unknown {
  const at = Object.fromEntries(
    embedded.map(({ source, exported = "" }) => [
      exported.slice(2),
      pathToFileURL(join(folder, source.replace(/^src\//, "").replace(/\.ts$/, ".js"))).href,
    ]),
  );
  const output = execFileSync(
    process.execPath,
    ["--input-type=module", "-e", `const at = (name) => (${JSON.stringify(at)})[name];\n${program}`],
    { encoding: "utf8" },
  );
  return JSON.parse(output);
}

test("nothing of a page is touched, no global is left behind, and the first snapshot is the one that every page begins with", () => {
  expect(run(script)).toEqual({ touched: [], same: true, added: [], ready: false });
});

test("importing any entry that a page or an app takes does nothing and leaves nothing behind", () => {
  const names = embedded.map(({ exported = "" }) => exported.slice(2));
  const some = ["client", "report", "report/kernels", "react", "elements", "react-native", "testing", "platform/web"];
  expect(names).toEqual(expect.arrayContaining(some));
  const program = `${watching}
    const found = {};
    const listeners = process.eventNames().length;
    for (const name of ${JSON.stringify(names)}) {
      await import(at(name));
      const handles = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout" || kind === "MessagePort");
      found[name] = [touched.splice(0), added(), handles, process.eventNames().length - listeners];
    }
    process.stdout.write(JSON.stringify(found));
  `;
  expect(run(program)).toEqual(Object.fromEntries(names.map((name) => [name, [[], [], [], 0]])));
});

// What React Native's engine and strict content policies are like.
const withoutWasm = `
  delete globalThis.WebAssembly;
  const { createClient } = await import(at("client"));
  const { fakeServices } = await import(at("testing"));
  const services = await fakeServices();
  const sites = Array.from({ length: 10 }, (_, i) => "site-" + i);
  // Short, and so long that kernels would be asked for.
  await services.ask({ metric: "rhr", edges: [35, 60, 70, 110] });
  const edges = Array.from({ length: 201 }, (_, i) => i * 100);
  const long = await services.ask({ metric: "steps", edges, splitBy: { attribute: "site", values: sites } });
  const options = services.options();
  const client = createClient(options);
  await client.setProfile({ site: "site-3" });
  await client.import(new Blob(["date,steps,rhr\\n" + new Date((services.today() - 1) * 86400000).toISOString().slice(0, 10) + ",8123,62\\n"]), { name: "days.csv" });
  await client.consent.grant("service-improvement");
  const outcomes = (await client.sync()).map(({ outcome, isNull }) => [outcome, isNull]);
  const told = services.contributions().map(({ range, group }) => [range, group ?? null]);
  const { says } = client.lifetime();
  const lines = (await client.log()).length;
  await client.eraseAll();
  process.stdout.write(JSON.stringify({ wasm: typeof WebAssembly, columns: long.manifest.vdaf.length, outcomes, told, lines, says: says.length > 0 }));
`;

test("without WebAssembly the whole of it works: a file, a profile, short and long reports, erasure", () => {
  expect(run(withoutWasm)).toEqual({
    wasm: "undefined",
    columns: 2001,
    outcomes: [
      ["sent", false],
      ["sent", false],
    ],
    told: expect.arrayContaining([
      [[60, 70], null],
      [[8100, 8200], "site-3"],
    ]),
    lines: 2,
    says: true,
  });
});

const refusing = `
  const signal = { globalPrivacyControl: true };
  Object.defineProperty(globalThis, "navigator", { configurable: true, get: () => signal });
  const { createClient } = await import(at("client"));
  const { fakeServices } = await import(at("testing"));
  const services = await fakeServices();
  await services.ask({ metric: "rhr", edges: [35, 60, 70, 110] });
  const client = createClient(services.options());
  await client.record([{ day: services.today() - 1, values: { rhr: 62 } }]);
  const codes = [];
  for (const { purpose } of await client.consent.status()) await client.consent.grant(purpose).catch(({ code }) => codes.push(code));
  const asked = [await client.sync(), services.requests.length];
  signal.globalPrivacyControl = "1";
  await client.consent.grant("service-improvement");
  signal.globalPrivacyControl = true;
  const withdrawn = [await client.sync(), services.requests.length];
  const { state } = (await client.consent.status())[0];
  signal.globalPrivacyControl = false;
  const sent = (await client.sync()).map(({ outcome }) => outcome);
  process.stdout.write(JSON.stringify({ codes, asked, withdrawn, state, sent }));
`;

test("a browser's Global Privacy Control is read each time, and refuses every purpose for as long as it is set", () => {
  expect(run(refusing)).toEqual({
    codes: ["consent_missing", "consent_missing", "consent_missing"],
    asked: [[], 0],
    withdrawn: [[], 0],
    state: "refused",
    sent: ["sent"],
  });
});
