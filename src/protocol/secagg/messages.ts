// What members and coordinator send each other, stage by stage. Every message names its kind and the round's context, and whatever
// a member says is signed by it, so that nobody else speaks for it; decoding is strict: lists are in rising order of the member,
// sets have no stray bits, nothing is left over.
import type { Reader } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import { type Message, message, type Write, writeExactly } from "../dap/message.ts";
import { DEGREE_MAX } from "./graph-parameters.ts";
import type { MemberSet } from "./member-set.ts";
import { SHARE_BYTES } from "./shamir.ts";
import { MEMBERS_MAX } from "./terms.ts";

/** AES-GCM's tag behind a share of the own mask's seed and one of the mask key. */
export const SEALED_BYTES = 2 * SHARE_BYTES + 16;
export const SIGNATURE_BYTES = 64;
/** Of an upload's vector: 2^24 elements of 8 bytes. */
const VECTOR_BYTES_MAX = 2 ** 27;

/** What is part of every message. */
export interface Framed {
  /** SHA-256 of terms and roster, 32 bytes. */
  readonly context: Uint8Array;
}

/** What is about one member, by its place in the roster. */
interface Placed {
  readonly index: number;
}

/** Member → all: keys for this round only, and what the member is bound to. */
export interface Advertisement extends Placed {
  /** X25519: shares are sealed under what two members agree on. */
  readonly channelKey: Uint8Array;
  /** X25519: masks come from what two members agree on. */
  readonly maskKey: Uint8Array;
  /** SHA-256 that binds the member to its nonce for the joint randomness. */
  readonly nonceHash: Uint8Array;
  /** SHA-256 that binds it to its own mask's seed, so that a wrong share is noticed. */
  readonly seedHash: Uint8Array;
  /** Ed25519, by the roster's key. */
  readonly signature: Uint8Array;
}

/** Member → all: the nonce it was bound to, signed with the list of advertisements that it saw. */
export interface Nonce extends Placed {
  readonly nonce: Uint8Array;
  readonly signature: Uint8Array;
}

/** A member's word: its last 64 bytes are its signature over all that comes before (`wordInput`). */
export interface Word extends Placed {
  readonly signature: Uint8Array;
}

/** A sealed pair of shares; `index` is its recipient on the way up and its sender on the way down. */
export interface SealedShares extends Placed {
  readonly sealed: Uint8Array;
}

export interface MemberSignature extends Placed {
  readonly signature: Uint8Array;
}

/** A share of one secret of the member `index`. */
export interface RevealedShare extends Placed {
  readonly share: Uint8Array;
}

const placed =
  <T>(name: string, fields: readonly (readonly [keyof T & string, number])[]) =>
  (): Message<T & Placed> =>
    message<T & Placed>(
      name,
      (out, value) => {
        out.u16(value.index);
        for (const [field, bytes] of fields) writeExactly(out, value[field] as Uint8Array, bytes, `${name}: ${field}`);
      },
      (from) => {
        const value: Record<string, unknown> = { index: from.u16() };
        for (const [field, bytes] of fields) value[field] = from.fixed(bytes);
        return value as T & Placed;
      },
    );

export const Advertisement: Message<Advertisement> = /* @__PURE__ */ placed<Advertisement>("advertisement", [
  ["channelKey", 32],
  ["maskKey", 32],
  ["nonceHash", 32],
  ["seedHash", 32],
  ["signature", 64],
])();
export const Nonce: Message<Nonce> = /* @__PURE__ */ placed<Nonce>("nonce", [
  ["nonce", 32],
  ["signature", 64],
])();
const SealedShares = /* @__PURE__ */ placed<SealedShares>("sealed shares", [["sealed", SEALED_BYTES]])();
const MemberSignature = /* @__PURE__ */ placed<MemberSignature>("survivors' signature", [["signature", 64]])();
const RevealedShare = /* @__PURE__ */ placed<RevealedShare>("revealed share", [["share", SHARE_BYTES]])();

/** A list in strictly rising order of the members it is about: one order, nobody twice. */
function rising<T extends Placed>(item: Message<T>, most: number): Message<readonly T[]> {
  return message<readonly T[]>(
    `${item.name} list`,
    (out, values) => {
      out.u16(values.length);
      for (const value of values) item.write(out, value);
    },
    (from) => {
      const count = from.u16();
      if (count > most) fail("invalid_message", `${item.name} list: ${count} where at most ${most} belong`);
      const values: T[] = [];
      for (let i = 0; i < count; i++) {
        const value = item.read(from);
        if (value.index <= (values.at(-1)?.index ?? -1))
          fail("invalid_message", `${item.name} list: member ${value.index} is out of order`);
        values.push(value);
      }
      return values;
    },
  );
}

/** @param kind the message's first byte */
function framed<T>(kind: number, name: string, write: Write<T>, read: (from: Reader) => T): Message<T & Framed> {
  return message<T & Framed>(
    name,
    (out, value) => {
      out.u8(kind);
      writeExactly(out, value.context, 32, `${name}: context`);
      write(out, value);
    },
    (from) => {
      const found = from.u8();
      if (found !== kind) fail("invalid_message", `${name}: a message of kind ${found}, not ${kind}`);
      const context = from.fixed(32);
      return { context, ...read(from) };
    },
  );
}

const advertisementList = /* @__PURE__ */ rising(Advertisement, MEMBERS_MAX);
const nonceList = /* @__PURE__ */ rising(Nonce, MEMBERS_MAX);
const sealedList = /* @__PURE__ */ rising(SealedShares, DEGREE_MAX);
const signatureList = /* @__PURE__ */ rising(MemberSignature, MEMBERS_MAX);
const shareList = /* @__PURE__ */ rising(RevealedShare, DEGREE_MAX);

// Stage 1: keys
export const AdvertiseKeys = /* @__PURE__ */ framed<{ readonly advertisement: Advertisement }>(
  1,
  "AdvertiseKeys",
  (out, { advertisement }) => Advertisement.write(out, advertisement),
  (from) => ({ advertisement: Advertisement.read(from) }),
);
export const KeyList = /* @__PURE__ */ framed<{ readonly advertisements: readonly Advertisement[] }>(
  2,
  "KeyList",
  (out, { advertisements }) => advertisementList.write(out, advertisements),
  (from) => ({ advertisements: advertisementList.read(from) }),
);

// between: the nonces of the joint randomness
export const OpenNonce = /* @__PURE__ */ framed<{ readonly nonce: Nonce }>(
  3,
  "OpenNonce",
  (out, { nonce }) => Nonce.write(out, nonce),
  (from) => ({ nonce: Nonce.read(from) }),
);
export const NonceList = /* @__PURE__ */ framed<{ readonly nonces: readonly Nonce[] }>(
  4,
  "NonceList",
  (out, { nonces }) => nonceList.write(out, nonces),
  (from) => ({ nonces: nonceList.read(from) }),
);

// Stage 2: shares
export const ShareKeys = /* @__PURE__ */ framed<Word & { readonly shares: readonly SealedShares[] }>(
  5,
  "ShareKeys",
  (out, { index, shares, signature }) => {
    sealedList.write(out.u16(index), shares);
    writeExactly(out, signature, SIGNATURE_BYTES, "ShareKeys: signature");
  },
  (from) => ({ index: from.u16(), shares: sealedList.read(from), signature: from.fixed(SIGNATURE_BYTES) }),
);
export const ShareDelivery = /* @__PURE__ */ framed<{
  readonly sharers: MemberSet;
  readonly shares: readonly SealedShares[];
}>(
  6,
  "ShareDelivery",
  (out, { sharers, shares }) => sealedList.write(out.opaque16(sharers), shares),
  (from) => ({ sharers: from.opaque16(), shares: sealedList.read(from) }),
);

// Stage 3: masked vectors
export const MaskedInput = /* @__PURE__ */ framed<Word & { readonly vector: Uint8Array }>(
  7,
  "MaskedInput",
  (out, { index, vector, signature }) =>
    writeExactly(out.u16(index).opaque32(vector), signature, SIGNATURE_BYTES, "MaskedInput: signature"),
  (from) => {
    const [index, vector] = [from.u16(), from.opaque32()];
    if (vector.length > VECTOR_BYTES_MAX) fail("invalid_message", `MaskedInput: a vector of ${vector.length} bytes`);
    return { index, vector, signature: from.fixed(SIGNATURE_BYTES) };
  },
);
export const SurvivorList = /* @__PURE__ */ framed<{ readonly survivors: MemberSet }>(
  8,
  "SurvivorList",
  (out, { survivors }) => out.opaque16(survivors),
  (from) => ({ survivors: from.opaque16() }),
);

// Stage 4: one set of survivors, signed, and shares about it
export const SignSurvivors = /* @__PURE__ */ framed<{ readonly signed: MemberSignature }>(
  9,
  "SignSurvivors",
  (out, { signed }) => MemberSignature.write(out, signed),
  (from) => ({ signed: MemberSignature.read(from) }),
);
export const SignatureList = /* @__PURE__ */ framed<{ readonly signatures: readonly MemberSignature[] }>(
  10,
  "SignatureList",
  (out, { signatures }) => signatureList.write(out, signatures),
  (from) => ({ signatures: signatureList.read(from) }),
);
/** Of a survivor its own mask's seed, of anyone else its mask key: which, the signed set decides and no field of the message. */
export const Unmask = /* @__PURE__ */ framed<Word & { readonly shares: readonly RevealedShare[] }>(
  11,
  "Unmask",
  (out, { index, shares, signature }) => {
    shareList.write(out.u16(index), shares);
    writeExactly(out, signature, SIGNATURE_BYTES, "Unmask: signature");
  },
  (from) => ({ index: from.u16(), shares: shareList.read(from), signature: from.fixed(SIGNATURE_BYTES) }),
);

/** Writer and reader of what members keep, for their stored state. */
export const heldShares = /* @__PURE__ */ rising(
  placed<{ readonly index: number; readonly share: Uint8Array }>("held shares", [["share", 2 * SHARE_BYTES]])(),
  DEGREE_MAX,
);
