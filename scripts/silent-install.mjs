// What `npm ci` prints, through here: passed on, and refused when there is more in it than npm's own account of its work.
// Run with warnings on (`--loglevel=warn`), which .npmrc leaves out for one reason: npm compares `engines` with the Node
// that npm itself runs on, and everything here runs on the Node that it installs. Only that one warning is expected, only
// on an older Node, and only about these packages.
import { createInterface } from "node:readline";

const RUN_ON_OUR_NODE = ["paceline", "chevrotain", "tsup", "vitest"];
const OURS = 24;

/** npm's own lines: the banner of a script, and the count of packages. */
const PLAIN = [/^$/, /^> /, /^(?:added|removed|changed|up to date)\b.* in \d+/];

const engine = new RegExp(`^npm warn EBADENGINE   package: '(?:${RUN_ON_OUR_NODE.join("|")})@[\\d.]+',$`, "i");
const engineRest = /^npm warn EBADENGINE (?:Unsupported engine \{| {2}(?:required|current): \{.*\},?|\})$/i;

/** @param {string} line @param {number} major the Node that npm runs on */
const expected = (line, major) =>
  PLAIN.some((plain) => plain.test(line)) || (major < OURS && (engine.test(line) || engineRest.test(line)));

/** The lines that a silent install would not have. @param {readonly string[]} lines @param {number} major */
export const noise = (lines, major) => lines.filter((line) => !expected(line, major));

if (process.argv[1]?.endsWith("silent-install.mjs")) {
  /** @type {string[]} */
  const lines = [];
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(line);
    lines.push(line);
  }
  const found = noise(lines, Number.parseInt(process.versions.node, 10));
  for (const line of found) console.error(`not silent: ${line}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
