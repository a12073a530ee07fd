// What a member keeps between messages: its secrets of this round, and what it was shown. Written before anything is sent, and
// read strictly: a state that does not decode is damage, not a fresh start.
import { decode, type Reader, Writer } from "../../../base/codec.ts";
import { fail } from "../../../base/errors.ts";
import type { MemberSet } from "../member-set.ts";
import { heldShares } from "../messages.ts";

/** In the order in which a round runs; `ended` and `given-up` are for ever. */
export const stages = ["advertised", "opened", "shared", "masked", "signed", "ended", "given-up"] as const;
export type Stage = (typeof stages)[number];

/** Both shares that a neighbour gave: of its own mask's seed, and of its mask key; 80 bytes. */
export interface Held {
  readonly index: number;
  readonly share: Uint8Array;
}

export interface MemberState {
  readonly stage: Stage;
  /** SHA-256 of the message that led here: the same again gets the same answer. */
  readonly heard: Uint8Array;
  /** What was answered; empty when the round was given up. */
  readonly said: Uint8Array;
  /** Nothing once the round has ended: the secrets are gone. */
  readonly body: MemberBody | undefined;
}

export interface MemberBody {
  /** The member's place in the roster. */
  readonly index: number;
  readonly channelSecret: Uint8Array;
  readonly maskSecret: Uint8Array;
  readonly seed: Uint8Array;
  readonly nonce: Uint8Array;
  /** Messages as they came. */
  readonly opening: Uint8Array;
  /** Empty before they came. */
  readonly keyList: Uint8Array;
  readonly nonceList: Uint8Array;
  readonly sharers: MemberSet;
  readonly held: readonly Held[];
  readonly survivors: MemberSet;
}

const VERSION = 1;
/** Of 32 bytes each. */
export const SECRETS = ["channelSecret", "maskSecret", "seed", "nonce"] as const;
export type Secret = (typeof SECRETS)[number];
const SHOWN = ["opening", "keyList", "nonceList", "sharers", "survivors"] as const;

export function encodeState({ stage, heard, said, body }: MemberState): Uint8Array<ArrayBuffer> {
  const out = new Writer().u8(VERSION).u8(stages.indexOf(stage)).fixed(heard).opaque32(said);
  if (body === undefined) return out.u8(0).done();
  out.u8(1).u16(body.index);
  for (const name of SECRETS) out.fixed(body[name]);
  for (const name of SHOWN) out.opaque32(body[name]);
  heldShares.write(out, body.held);
  return out.done();
}

/** @throws PacelineError internal when the store does not hold what was written */
export function decodeState(bytes: Uint8Array): MemberState {
  try {
    return decode(bytes, "state of a masked sum", readState);
  } catch (cause) {
    return fail("internal", "what this device kept of a round of masked sums is damaged", {
      hint: "The round is lost; nothing more is sent in it.",
      cause,
    });
  }
}

function readState(from: Reader): MemberState {
  const version = from.u8();
  if (version !== VERSION) fail("invalid_message", `version ${version}`);
  const stage = stages[from.u8()] ?? fail("invalid_message", "no such stage");
  const [heard, said] = [from.fixed(32), from.opaque32()];
  const hasBody = from.u8();
  if (hasBody > 1) fail("invalid_message", "neither with secrets nor without");
  if (hasBody === 0) return { stage, heard, said, body: undefined };
  const index = from.u16();
  const secrets = Object.fromEntries(SECRETS.map((name) => [name, from.fixed(32)]));
  const shown = Object.fromEntries(SHOWN.map((name) => [name, from.opaque32()]));
  return { stage, heard, said, body: { index, ...secrets, ...shown, held: heldShares.read(from) } as MemberBody };
}
