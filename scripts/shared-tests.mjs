// Runs the tests that read the folder beside the repository once more without it: they pass, and skip what they lack. A
// machine that has the folder would not notice otherwise.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../", import.meta.url));
const READS = "env.PACELINE_SHARED";
const NOWHERE = "/nonexistent";

/** Files below test/ that read the folder, by themselves or by what they import from test/. @returns {Set<string>} */
export function readersOfShared() {
  const files = readdirSync(join(top, "test"), { recursive: true, encoding: "utf8" })
    .map((name) => `test/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts"));
  const texts = new Map(files.map((file) => [file, readFileSync(join(top, file), "utf8")]));
  const readers = new Set(files.filter((file) => texts.get(file)?.includes(READS)));
  // Who imports a reader is one too, until nobody is added.
  for (let before = -1; before < readers.size; ) {
    before = readers.size;
    for (const [file, text] of texts)
      for (const [, path = ""] of text.matchAll(/\bfrom "(\.[^"]+)"/g))
        if (readers.has(posix.join(dirname(file), path))) readers.add(file);
  }
  return readers;
}

function run() {
  const tests = [...readersOfShared()].filter((file) => file.endsWith(".test.ts") && !file.startsWith("test/long/"));
  const folder = mkdtempSync(join(tmpdir(), "paceline-shared-"));
  try {
    const report = join(folder, "report.json");
    const { status } = spawnSync(
      process.execPath,
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        "--project=node",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
        ...tests,
      ],
      { cwd: top, stdio: "inherit", env: { ...process.env, PACELINE_SHARED: NOWHERE } },
    );
    /** @type {{ numPendingTests: number, testResults: unknown[] }} */
    const { numPendingTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
    console.log(`without the shared folder: ${testResults.length} files, ${numPendingTests} tests skipped`);
    // The files that were run are those that were found, and without the folder something has to be missing.
    return status === 0 && testResults.length === tests.length && numPendingTests > 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = run() ? 0 : 1;
