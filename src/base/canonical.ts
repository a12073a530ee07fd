// Canonical JSON (RFC 8785 for the values we use): sorted keys, no spaces. Used only to hash queries and to lay out
// bytes that are then signed; a verifier always checks the exact bytes it received, never a re-serialisation.
import { fail } from "./errors.ts";
import { isExact } from "./json.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** @throws PacelineError internal on NaN, infinities and unsafe integers, which JSON cannot carry exactly. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!isExact(value)) fail("internal", `${value} has no exact JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(",")}]`;
  const object = value as { readonly [key: string]: Json | undefined };
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] as Json)}`);
  return `{${members.join(",")}}`;
}
