// npm run -s vectors -- DIR: runs every VDAF test vector file of a folder and its folders, and prints one JSON object.
// Exit status 0: nothing failed; 1: something did; 64: the folder cannot be read or holds no such file.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runVectorFile, type VectorOutcome } from "../test/spec/vectors.ts";

const directory = process.argv[2] ?? "";
let files: string[];
try {
  files = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .sort();
} catch {
  console.error(`usage: npm run -s vectors -- DIR (a folder of .json vector files; got ${directory || "nothing"})`);
  process.exit(64);
}
if (files.length === 0) {
  console.error(`vectors: no .json file in ${directory} or its folders`);
  process.exit(64);
}

function outcomeOf(file: string): VectorOutcome {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(directory, file), "utf8"));
  } catch (error) {
    return { status: "failed", operation: "read", reason: error instanceof Error ? error.message : String(error) };
  }
  return runVectorFile(file, json);
}

const passed: string[] = [];
const skipped: { file: string; reason: string }[] = [];
const failed: { file: string; operation: string; reason: string }[] = [];
for (const file of files) {
  const outcome = outcomeOf(file);
  if (outcome.status === "passed") passed.push(file);
  else if (outcome.status === "skipped") skipped.push({ file, reason: outcome.reason });
  else failed.push({ file, operation: outcome.operation, reason: outcome.reason });
}
console.log(JSON.stringify({ passed, skipped, failed }, null, 2));
process.exitCode = failed.length > 0 ? 1 : 0;
