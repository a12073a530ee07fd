// `npm run check`: every static check, one after the other; goes on after a failure and tells at the end which failed.
import { spawnSync } from "node:child_process";
// The checks read what it generates.
import "./build-wasm.mjs";

const STEPS = ["typecheck", "lint", "rooms", "planted", "knip", "package"];

/** @type {string[]} */
const failed = [];
for (const step of STEPS) {
  const start = performance.now();
  const { status } = spawnSync("npm", ["run", "-s", step], { stdio: "inherit", shell: process.platform === "win32" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${step} (${seconds} s)`);
  if (status !== 0) failed.push(step);
}
console.log(failed.length === 0 ? `check: all ${STEPS.length} passed` : `check: failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
