// The look into the playground's bundle can fail: at each kind of thing that must not be in it.
import { expect, test } from "vitest";
import { strangersIn } from "../../scripts/page-holds.mjs";

const page = [
  "src/playground/main.tsx",
  "src/simulate/index.ts",
  "src/storage/memory/index.ts",
  "src/playground/stack/world.ts",
];

test("pure rooms, the page, a store that forgets and known packages may be in it", () => {
  const packages = ["node_modules/preact/dist/preact.mjs", "node_modules/@noble/curves/ed25519.js"];
  const web = ["src/platform/web/clock.ts", "src/platform/worker-errors.ts", "\0vite/preload-helper.js"];
  const files = [{ name: "a.js", text: 'import"./b.js";const script=`import { x } from "node:fs"`;' }];
  expect(strangersIn([...page, ...packages, ...web], files)).toEqual([]);
});

test.each([
  "src/coordinator/serve.ts",
  "src/helper/serve.ts",
  "src/http/listen.ts",
  "src/client/store.ts",
  "src/platform/web/store.ts",
  "src/platform/web/indexed-db.ts",
  "src/platform/web/transport.ts",
  "src/platform/node/crypto.ts",
  "src/storage/sqlite/index.ts",
  "src/issuer/index.ts",
  "src/plain/index.ts",
  "src/cli/main.ts",
  "node_modules/hono/dist/index.js",
  "node_modules/@tensorflow/tfjs/dist/index.js",
])("%s may not", (path) => {
  expect(strangersIn([...page, path], [])).toEqual([path]);
});

test.each([
  'import{a}from"node:fs";',
  "await import('node:crypto')",
  'require("node:os")',
  "indexedDB.open(1)",
  "new DatabaseSync(x)",
])("nor may a file that says %s", (text) => {
  expect(strangersIn(page, [{ name: "assets/a.js", text }])).toHaveLength(1);
});
