// npm run -s reference -- FILE: answers every case of a file like the accounting references and prints one JSON array, one
// entry a case, in the file's order. Each answer is computed from id, group, mechanism, inputs and neighbouring alone.
// Exit status 0: every case is answered; 1: some are not, and their entries say why; 64: the file cannot be read.
import { readFileSync } from "node:fs";
import { isPacelineError } from "../src/base/errors.ts";
import { answerOf } from "./reference/answers.ts";

const file = process.argv[2] ?? "";
let cases: unknown;
let reason = file === "" ? "no file was named" : `${file} holds no list of cases`;
try {
  if (file !== "") {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    cases = Array.isArray(value) ? value : (value as { cases?: unknown } | null)?.cases;
  }
} catch (error) {
  reason = `${file} cannot be read: ${(error as Error).message}`;
}
if (!Array.isArray(cases)) {
  process.stderr.write(
    `usage: npm run -s reference -- FILE (JSON: a list of cases or {"cases": [...]})\nerror: ${reason}\n`,
  );
  process.exit(64);
}

const entries = cases.map((value: unknown) => {
  const { id = null } = (typeof value === "object" && value !== null ? value : {}) as { id?: unknown };
  const started = performance.now();
  try {
    const answer = answerOf(value);
    return { id, ...answer, ms: Math.round((performance.now() - started) * 100) / 100 };
  } catch (error) {
    process.exitCode = 1;
    const code = isPacelineError(error) ? error.code : "internal";
    const message = error instanceof Error ? error.message : String(error);
    const hint = isPacelineError(error) && error.hint !== undefined ? { hint: error.hint } : {};
    return { id, error: { code, message, ...hint } };
  }
});
process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
