// What members sign and commit to, each under a label of its own.
import { concat, equalBytes, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Crypto } from "../../ports/crypto.ts";
import { u16 } from "./keys.ts";
import type { MemberSet } from "./member-set.ts";
import { Advertisement, KeyList, type Nonce } from "./messages.ts";

type Hash = Pick<Crypto, "sha256">;

const ADVERTISE = /* @__PURE__ */ utf8("paceline secagg advertise v1\n");
const NONCE = /* @__PURE__ */ utf8("paceline secagg nonce v1\n");
const OPEN = /* @__PURE__ */ utf8("paceline secagg open v1\n");
const SEED = /* @__PURE__ */ utf8("paceline secagg seed v1\n");
const GRAPH = /* @__PURE__ */ utf8("paceline secagg graph v1\n");
const WORD = /* @__PURE__ */ utf8("paceline secagg word v1\n");
const SURVIVORS = /* @__PURE__ */ utf8("paceline secagg survivors v1\n");

export function advertisementInput(context: Uint8Array, unsigned: Omit<Advertisement, "signature">): Uint8Array {
  const bytes = Advertisement.encode({ ...unsigned, signature: new Uint8Array(64) });
  return concat(ADVERTISE, context, bytes.subarray(0, -64));
}

/** Bound to round and member: nobody can take over another's commitment. */
export async function nonceHashOf(crypto: Hash, context: Uint8Array, index: number, nonce: Uint8Array) {
  return await crypto.sha256(concat(NONCE, context, u16(index), nonce));
}

export async function seedHashOf(crypto: Hash, context: Uint8Array, index: number, seed: Uint8Array) {
  return await crypto.sha256(concat(SEED, context, u16(index), seed));
}

/** SHA-256 of the list of keys that a member saw. */
export async function keyListHash(crypto: Hash, context: Uint8Array, advertisements: readonly Advertisement[]) {
  return await crypto.sha256(KeyList.encode({ context, advertisements }));
}

/** What a member signs with its nonce. @param list keyListHash of what it saw */
export function openingOfNonce(context: Uint8Array, list: Uint8Array, index: number, nonce: Uint8Array): Uint8Array {
  return concat(OPEN, context, list, u16(index), nonce);
}

/**
 * The graph's id, which is also the seed of its order: a hash over the round, every advertised key and the nonces of all who
 * opened theirs. No one knows it before the last honest nonce is out. But the coordinator sees all nonces before it passes them
 * on, and those who collude with it decide last: together they choose among the subsets of nonces that members accept, at most
 * `unopened` missing, and `graphOf` takes the logarithm of that number off the bits of security.
 */
export async function graphIdOf(crypto: Hash, context: Uint8Array, list: Uint8Array, nonces: readonly Nonce[]) {
  return await crypto.sha256(
    concat(GRAPH, context, list, ...nonces.map(({ index, nonce }) => concat(u16(index), nonce))),
  );
}

/** What a member signs of a message of its own: a hash, since vectors are long. @param unsigned all but the signature */
export async function wordInput(crypto: Hash, unsigned: Uint8Array): Promise<Uint8Array> {
  return concat(WORD, await crypto.sha256(unsigned));
}

export function survivorsInput(graph: Uint8Array, sharers: MemberSet, survivors: MemberSet): Uint8Array {
  return concat(SURVIVORS, graph, sharers, survivors);
}

/** @throws PacelineError verification_failed naming what the member did not sign */
export async function verifySigned(
  crypto: Pick<Crypto, "ed25519Verify">,
  roster: readonly Uint8Array[],
  index: number,
  input: Uint8Array,
  signature: Uint8Array,
  what: string,
): Promise<void> {
  const key = roster[index] ?? fail("verification_failed", `${what} of member ${index}, who is not in the roster`);
  if (!(await crypto.ed25519Verify(key, input, signature)))
    fail("verification_failed", `${what} of member ${index} is not signed by it`);
}

/** @throws PacelineError verification_failed */
export function checkContext(context: Uint8Array, found: Uint8Array): void {
  if (!equalBytes(context, found)) fail("verification_failed", "a message of another round");
}
