// Two projects: "node" is the whole of test/ but test/long; "long" is test/long, which takes minutes and runs only when
// asked for (`npm run test:long`, or PACELINE_LONG=1).
import { defineConfig, type TestProjectConfiguration } from "vitest/config";

/** Runs sources as they are. The list holds our own condition only: vitest hands it to `require` too. */
const project = (name: string, include: string[], testTimeout: number): TestProjectConfiguration => ({
  ssr: { resolve: { conditions: ["paceline-source"] } },
  test: {
    name,
    include,
    exclude: name === "long" ? [] : ["test/long/**"],
    pool: "forks",
    isolate: name === "long",
    execArgv: ["--conditions=paceline-source"],
    testTimeout,
    hookTimeout: testTimeout,
  },
});

const long = process.env.PACELINE_LONG === "1" || process.argv.includes("--project=long");

export default defineConfig({
  test: {
    projects: [
      project("node", ["test/**/*.test.ts"], 60_000),
      ...(long ? [project("long", ["test/long/**/*.test.ts"], 1_800_000)] : []),
    ],
  },
});
