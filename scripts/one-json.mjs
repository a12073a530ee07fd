// Reads standard input to its end and leaves with 0 when it is exactly one JSON object: what `--json` promises.
import { text } from "node:stream/consumers";

const input = await text(process.stdin);
/** @type {unknown} */
let value;
try {
  value = JSON.parse(input);
} catch (error) {
  console.error(`not one JSON document: ${error instanceof Error ? error.message : error}`);
}
if (typeof value === "object" && value !== null && !Array.isArray(value))
  console.log(`one JSON object of ${input.length} characters with ${Object.keys(value).join(", ")}`);
else {
  console.error("expected one JSON object");
  process.exitCode = 1;
}
