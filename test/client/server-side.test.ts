// Rendering on a server: importing the client does nothing and needs no page, and there is a snapshot to render.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const script = `
  const touched = [];
  for (const name of ["window", "document", "indexedDB", "localStorage", "BroadcastChannel", "fetch", "addEventListener", "setTimeout", "setInterval"])
    Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); return undefined; } });
  const before = new Set(Object.keys(globalThis));
  const { createClient, initialState } = await import("./src/client/index.ts");
  const key = (byte) => Buffer.alloc(32, byte).toString("base64url");
  const store = { get: async () => { throw new Error("read"); }, keys: async () => { throw new Error("read"); }, transaction: async () => { throw new Error("written"); }, close: async () => {} };
  const client = createClient({
    coordinator: { url: "https://a.test", registerKey: key(1) },
    helper: { url: "https://b.test", signingKey: key(2) },
    store,
  });
  const same = client.snapshot() === initialState && client.snapshot() === client.snapshot();
  process.stdout.write(JSON.stringify({ touched, same, added: Object.keys(globalThis).filter((name) => !before.has(name)), ready: client.snapshot().ready }));
`;

test("nothing of a page is touched, no global is left behind, and the first snapshot is the one that every page begins with", () => {
  const output = execFileSync(process.execPath, ["--conditions=paceline-source", "--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect(JSON.parse(output)).toEqual({ touched: [], same: true, added: [], ready: false });
});
