// Three projects: "node" is the whole of test/ but test/browser and test/long; "browser" is test/browser in a real Chromium,
// left out, saying so, where there is none; "long" is test/long, which takes minutes and runs only when asked for
// (`npm run test:long`, or PACELINE_LONG=1).
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
// Tests run from source: the kernels they load must be those of the sources too.
import "./scripts/build-wasm.mjs";
import { findChromium } from "./scripts/chromium.mjs";

/** Runs sources as they are. The list holds our own condition only: vitest hands it to `require` too. */
const project = (name: string, include: string[], testTimeout: number): TestProjectConfiguration => ({
  ssr: { resolve: { conditions: ["paceline-source"] } },
  test: {
    name,
    include,
    exclude: name === "long" ? [] : ["test/browser/**", "test/long/**"],
    pool: "forks",
    isolate: name === "long",
    execArgv: ["--conditions=paceline-source"],
    testTimeout,
    hookTimeout: testTimeout,
    // What is waited for comes late on a busy machine; a second, which is usual, would be a bound on its speed.
    expect: { poll: { timeout: 30_000 } },
  },
});

/** One start of one browser for all of test/browser. */
const browser = (executablePath: string): TestProjectConfiguration => ({
  resolve: { conditions: ["paceline-source"] },
  // Named, so that vite does not find them one by one and reload the page each time.
  optimizeDeps: {
    include: [
      ...["@noble/ciphers/aes.js", "@noble/curves/ed25519.js", "@noble/hashes/hmac.js", "@noble/hashes/sha2.js"],
      ...["comlink", "fflate"],
    ],
  },
  test: {
    name: "browser",
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/browser/pages.ts"],
    isolate: false,
    testTimeout: 30_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath } }),
      instances: [{ browser: "chromium" }],
    },
  },
});

/** The projects named on the command line, all when none is. */
const named = process.argv.flatMap((argument, i) =>
  argument.startsWith("--project=")
    ? [argument.slice("--project=".length)]
    : argument === "--project"
      ? [process.argv[i + 1] ?? ""]
      : [],
);
const wants = (name: string) => named.length === 0 || named.includes(name);

const long = process.env.PACELINE_LONG === "1" || named.includes("long");
const chromium = wants("browser") ? await findChromium() : undefined;
if (wants("browser") && chromium === undefined)
  process.stderr.write("vitest: no Chromium here, the browser tests are skipped (name one in PACELINE_CHROMIUM)\n");

export default defineConfig({
  test: {
    // Every processor, where vitest would leave one idle; the long ones, some of which measure, go one by one.
    maxWorkers: long ? 1 : "100%",
    projects: [
      project("node", ["test/**/*.test.ts"], 60_000),
      ...(chromium === undefined ? [] : [browser(chromium)]),
      ...(long ? [project("long", ["test/long/**/*.test.ts"], 1_800_000)] : []),
    ],
  },
});
