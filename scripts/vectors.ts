// npm run -s vectors -- DIR: runs every VDAF test vector file of a folder and prints one JSON object.
// Exit status 0: nothing failed; 1: something did; 64: the folder cannot be read.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runVectorFile } from "../test/spec/vectors.ts";

const directory = process.argv[2];
let files: string[] = [];
try {
  files = readdirSync(directory ?? "")
    .filter((file) => file.endsWith(".json"))
    .sort();
} catch {
  console.error(`usage: npm run -s vectors -- DIR (a folder of .json vector files; got ${directory ?? "nothing"})`);
  process.exit(64);
}

const passed: string[] = [];
const skipped: { file: string; reason: string }[] = [];
const failed: { file: string; operation: string; reason: string }[] = [];
for (const file of files) {
  try {
    const { status, ...rest } = runVectorFile(file, JSON.parse(readFileSync(join(directory as string, file), "utf8")));
    if (status === "passed") passed.push(file);
    else if (status === "skipped") skipped.push({ file, ...(rest as { reason: string }) });
    else failed.push({ file, ...(rest as { operation: string; reason: string }) });
  } catch (error) {
    failed.push({ file, operation: "read", reason: error instanceof Error ? error.message : String(error) });
  }
}
console.log(JSON.stringify({ passed, skipped, failed }, null, 2));
process.exitCode = failed.length > 0 ? 1 : 0;
