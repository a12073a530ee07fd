// Holds every import to the rooms table. A check that sees nothing passes for the wrong reason, so this one also wants to
// have seen every file on disk and a believable number of imports.
import { globSync } from "node:fs";
import { cruiseRooms } from "./dependency-cruiser.mjs";
import { roomOf } from "./rooms.mjs";

const files = globSync(["src/**/*.{ts,tsx}", "workers/**/*.ts", "examples/**/*.ts"])
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !/\.(as|d)\.ts$/.test(file));
const { modules, imports, violations } = await cruiseRooms(process.cwd());

const seen = new Set(modules);
const problems = [
  ...files.filter((file) => roomOf(file) === undefined).map((file) => `${file}: lies in no room of scripts/rooms.mjs`),
  ...files.filter((file) => !seen.has(file)).map((file) => `${file}: dependency-cruiser did not see it`),
  ...violations.map(({ rule, from, to }) =>
    rule === "not-in-allowed" ? `${from}: may not import ${to}` : `${from}: ${rule} import of ${to}`,
  ),
];
if (imports < files.length / 2)
  problems.push(`only ${imports} imports seen in ${files.length} files: can dependency-cruiser read this TypeScript?`);

for (const problem of problems) console.error(problem);
console.log(`rooms: ${files.length} files, ${imports} imports, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
