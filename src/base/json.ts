// JSON from outside, read so that every parser reads the same: no key twice in one object (parsers differ in which one
// wins), no number that a double does not hold (they differ in the digits), no nesting that others refuse or crash on.
import { type ErrorCode, fail } from "./errors.ts";

/** Brackets open at once. The deepest document here, a manifest with a formula, has some twenty. */
const DEPTH_MAX = 64;

/** In valid JSON without escaped quotes: a string with the colon that makes it a key, a number, a bracket. What lies between decides nothing. */
const token = /"[^"]*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\]]/g;

/**
 * What `JSON.parse` gives for the documents on which all parsers agree; those and no others have a canonical form.
 * @param what names the text in errors
 * @throws PacelineError of `code`, saying what is wrong; it quotes keys at most, never a value
 */
export function parseJson(text: string, what: string, code: ErrorCode = "invalid_message"): unknown {
  let value: unknown;
  // Before anything is built of it: an engine takes a hundred times the bytes of a deep tree.
  if (isDeep(text)) fail(code, `${what} is JSON that others may read otherwise: it is nested deeper than ${DEPTH_MAX}`);
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The engine's own message quotes the text.
    const place = /\(line \d+ column \d+\)/.exec((cause as Error).message)?.[0];
    fail(code, `${what} is not JSON${place === undefined ? "" : ` ${place}`}`);
  }
  const fault = faultIn(text);
  if (fault !== undefined) fail(code, `${what} is JSON that others may read otherwise: ${fault}`);
  return value;
}

/** Of text that may be no JSON at all. */
function isDeep(text: string): boolean {
  let [depth, quoted] = [0, false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '"') quoted = !quoted;
    else if (quoted) i += char === "\\" ? 1 : 0;
    else if (char === "[" || char === "{") {
      if (++depth > DEPTH_MAX) return true;
    } else if (char === "]" || char === "}") depth--;
  }
  return false;
}

/** One pass over text that is known to be JSON, so that every string ends and every bracket is closed. */
function faultIn(text: string): string | undefined {
  /** The keys so far of each open object; of an array, nothing. */
  const open: (Set<string> | undefined)[] = [];
  // A pattern that steps over escapes one by one needs a stack as deep as a string has of them.
  const plain = text.replaceAll("\\\\", "__").replaceAll('\\"', "__");
  for (const { 0: found, 1: colon, index } of plain.matchAll(token)) {
    const first = found[0] as string;
    if (first === "{" || first === "[") {
      open.push(first === "{" ? new Set() : undefined);
    } else if (first === "}" || first === "]") open.pop();
    else if (first !== '"') {
      if (!isExact(Number(found))) return "a number is beyond 2^53 - 1";
    } else if (colon !== undefined) {
      const key = keyOf(text.slice(index, index + found.length - colon.length));
      if (open.at(-1)?.has(key)) return `the key ${JSON.stringify(key.slice(0, 80))} occurs twice in one object`;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

/** @param quoted as it stands in the text: two spellings of one key are one key */
function keyOf(quoted: string): string {
  return quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

/** Whether JSON carries a number exactly: finite, and no integer beyond 2^53. */
export function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
