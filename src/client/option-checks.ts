// One check a kind of option; each error begins with the option's name and says what belongs there.
import { fromBase64Url } from "../base/bytes.ts";
import { closest } from "../base/closest.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { serviceUrlFault } from "../base/service-url.ts";

const KEY_BYTES = 32;

/** An object with no field but `names`, and every one of `needed`. @throws PacelineError invalid_argument */
export function objectOf(name: string, value: unknown, names: readonly string[], needed: readonly string[] = []): void {
  const prefix = name === "options" ? "" : `${name}.`;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    wrong(`${name} must be an object`, `With ${names.join(", ")}.`);
  for (const given of Object.keys(value)) {
    if (names.includes(given)) continue;
    const near = closest(given, names);
    wrong(
      `${prefix}${given} is no option${near === undefined ? "" : `; did you mean ${near}?`}`,
      `Known: ${names.join(", ")}.`,
    );
  }
  for (const one of needed)
    if ((value as Record<string, unknown>)[one] === undefined) wrong(`${prefix}${one} is missing`);
}

export function functionOf<T>(name: string, value: T, hint: string): T {
  if (typeof value !== "function") wrong(`${name} must be a function`, hint);
  return value;
}

export function oneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (!known.includes(value)) wrong(`${name} must be one of ${known.join(", ")}`);
  return value;
}

export function textOf(name: string, text: string, most: number): string {
  if (typeof text !== "string" || text === "" || text.length > most)
    wrong(`${name} must be a text of 1 to ${most} characters`);
  return text;
}

/** @returns nano-rho */
export function rhoOf(name: string, rho: number): bigint {
  if (!(typeof rho === "number" && rho > 0 && rho <= 1000)) wrong(`${name} must be a ρ above 0 and at most 1000`);
  return BigInt(Math.floor(rho * 1e9));
}

export function wholeOf(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) wrong(`${name} must be a whole number above 0`);
  return value;
}

export function addressOf(name: string, text: string): string {
  const fault = typeof text === "string" ? serviceUrlFault(text, URL) : "must be an https address";
  if (fault !== undefined) wrong(`${name} ${fault}`);
  return text;
}

/** An Ed25519 public key. */
export function keyOf(name: string, text: string): Uint8Array {
  return bytesOf(name, text, "a 32-byte Ed25519 key in base64url");
}

export function secretOf(secret: Uint8Array | string): Uint8Array {
  const what = "32 bytes, or base64url of them";
  const bytes = secret instanceof Uint8Array ? secret.slice() : bytesOf("memberSecret", secret, what);
  if (bytes.length !== KEY_BYTES) wrong(`memberSecret must be ${what}`);
  // Of all members with one secret, one would be counted.
  if (bytes.every((byte) => byte === 0)) wrong("memberSecret must be random: all of its bytes are 0");
  return bytes;
}

/** What protects a member is that these are two. @throws PacelineError invalid_argument */
export function twoParties(coordinator: readonly [string, string], helper: readonly [string, string]): void {
  if (coordinator[1] === helper[1])
    wrong(`${coordinator[0]} and ${helper[0]} are the same`, "Two services of two organisations share each answer.");
}

function bytesOf(name: string, text: string, what: string): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = typeof text === "string" ? fromBase64Url(text) : undefined;
  } catch (error) {
    if (!isPacelineError(error)) throw error;
  }
  if (bytes?.length !== KEY_BYTES) return wrong(`${name} must be ${what}`);
  return bytes;
}

function wrong(detail: string, hint?: string): never {
  return fail("invalid_argument", detail, hint === undefined ? {} : { hint });
}
