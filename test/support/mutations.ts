// Texts that differ from a bundle's in one place: what a verifier must find, each of them.
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { canonicalJson, type Json } from "../../src/base/canonical.ts";
import { changedAt, leafPaths } from "./questions.ts";

export interface Mutation {
  readonly what: string;
  readonly text: string;
}

const written = (json: unknown) => canonicalJson(json as Json);

/** Every leaf of the JSON changed in kind, taken away, and (binary fields aside) in each of its characters. */
export function* leafMutations(text: string): Generator<Mutation> {
  const json: unknown = JSON.parse(text);
  for (const path of leafPaths(json)) {
    const what = path.join(".");
    const changes: readonly ((old: unknown) => unknown)[] = [
      () => undefined,
      () => null,
      () => "",
      () => [],
      (old) => (typeof old === "number" ? old + 1 : `${old}A`),
      (old) => (typeof old === "number" ? Math.max(0, old - 1) || 2 ** 40 : `${old}`.slice(0, -1)),
      (old) => (typeof old === "number" ? `${old}` : Number(`${old}`.length)),
    ];
    for (const [i, change] of changes.entries()) {
      const changed = written(changedAt(json, path, change));
      if (changed !== text) yield { what: `${what}, change ${i}`, text: changed };
    }
  }
}

/** Every byte of every binary field with its bits turned by `mask`, in a string that still decodes. */
export function* byteMutations(text: string, mask: (at: number) => number): Generator<Mutation> {
  const json: unknown = JSON.parse(text);
  for (const path of leafPaths(json)) {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], json);
    if (typeof value !== "string" || value.length < 40 || !/^[\w-]+$/.test(value)) continue;
    const bytes = fromBase64Url(value);
    for (const at of bytes.keys()) {
      const turned = bytes.slice();
      turned[at] = (bytes[at] as number) ^ mask(at);
      yield { what: `${path.join(".")}, byte ${at}`, text: written(changedAt(json, path, () => toBase64Url(turned))) };
    }
  }
}

/** Every character of the text another one. */
export function* characterMutations(text: string, other: (at: number) => string): Generator<Mutation> {
  for (let at = 0; at < text.length; at++) {
    const character = other(at);
    const put = character === text[at] ? "~" : character;
    yield { what: `character ${at}`, text: text.slice(0, at) + put + text.slice(at + 1) };
  }
}

/** The same JSON in other words, or with something beside it. */
export function* otherForms(text: string): Generator<Mutation> {
  const json = JSON.parse(text) as Record<string, Record<string, unknown>>;
  yield { what: "printed anew", text: JSON.stringify(json, null, 1) };
  yield { what: "a line's end", text: `${text}\n` };
  yield { what: "a byte order mark", text: `\u{feff}${text}` };
  yield { what: "other order", text: JSON.stringify(Object.fromEntries(Object.entries(json).reverse())) };
  yield { what: "an escape", text: text.replace('"release"', '"\\u0072elease"') };
  yield { what: "a number as 1.0", text: text.replace('"version":2', '"version":2.0') };
  yield { what: "a proof's hash too many", text: written({ ...json, log: { ...json.log, proof: extended(json) } }) };
  for (const key of ["release", "version", "log"])
    yield { what: `${key} twice`, text: `${text.slice(0, -1)},"${key}":${JSON.stringify(json[key])}}` };
  for (const [where, object] of [["", json], ...Object.entries(json)] as const) {
    if (typeof object !== "object") continue;
    const more = { ...object, note: "more" };
    yield { what: `a field more in ${where || "it"}`, text: written(where === "" ? more : { ...json, [where]: more }) };
  }
}

const extended = (json: Record<string, Record<string, unknown>>) => {
  const { log = {}, keys = {} } = json;
  return [...(log.proof as readonly unknown[]), keys.register];
};
