// What a round is about and who may take part: terms and roster, signed by a registrar that is independent of the coordinator.
// Their hash, the round's context, is in every signature and every key.
import { concat, equalBytes, toHex, utf8 } from "../../base/bytes.ts";
import type { Reader, Writer } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import { type Width, widths } from "../../math/widths.ts";
import { LENGTH_MAX } from "../../math/words.ts";
import type { Answer, Crypto } from "../../ports/crypto.ts";
import { type Message, message, writeExactly } from "../dap/message.ts";
import { choicesLog2, findGraph, type GraphParameters } from "./graph-parameters.ts";

/** Members of one round: each hears of all the others. */
export const MEMBERS_MAX = 2 ** 14;
export const MEMBERS_MIN = 3;

export interface RoundTerms {
  /** SHA-256 of the signed manifest. */
  readonly manifest: Uint8Array;
  /** SHA-256 of the model that members start from: whoever was shown another derives other masks. */
  readonly model: Uint8Array;
  readonly round: number;
  /** At most so many members are taken to collude with the coordinator. */
  readonly corrupt: number;
  /** At least so many members must stay to the end: fewer, and there is no sum. */
  readonly survivors: number;
  /** At most so many may advertise keys and not open their nonce: among those subsets a coordinator can choose (`graphIdOf`). */
  readonly unopened: number;
  /** Sums are modulo 2^width. */
  readonly width: Width;
  /** Elements of a vector. */
  readonly length: number;
}

export interface Opening {
  readonly terms: RoundTerms;
  /** Ed25519 keys of the members, 32 bytes each: a member's index is its place here. */
  readonly roster: readonly Uint8Array[];
  /** The registrar's, over both. */
  readonly signature: Uint8Array;
}

const ROUND = /* @__PURE__ */ utf8("paceline secagg round v1\n");

function writeTerms(out: Writer, { manifest, model, ...terms }: RoundTerms): void {
  writeExactly(out, manifest, 32, "terms: manifest");
  writeExactly(out, model, 32, "terms: model");
  out.u32(terms.round).u16(terms.corrupt).u16(terms.survivors).u16(terms.unopened).u8(terms.width).u32(terms.length);
}

function readTerms(from: Reader): RoundTerms {
  const hashes = { manifest: from.fixed(32), model: from.fixed(32), round: from.u32() };
  const counts = { corrupt: from.u16(), survivors: from.u16(), unopened: from.u16() };
  const width = from.u8();
  const known = widths.find((each) => each === width) ?? fail("invalid_message", `terms: no sums modulo 2^${width}`);
  const length = from.u32();
  if (length < 1 || length > LENGTH_MAX) fail("invalid_message", `terms: vectors of ${length} elements`);
  return { ...hashes, ...counts, width: known, length };
}

function writeRoster(out: Writer, roster: readonly Uint8Array[]): void {
  out.u16(roster.length);
  for (const key of roster) writeExactly(out, key, 32, "roster: key");
}

function readRoster(from: Reader): readonly Uint8Array[] {
  const members = from.u16();
  if (members < MEMBERS_MIN || members > MEMBERS_MAX) fail("invalid_message", `roster: ${members} members`);
  const roster = Array.from({ length: members }, () => from.fixed(32));
  // One member at two places would be two honest ones to everybody's count.
  if (new Set(roster.map(toHex)).size !== members) fail("invalid_message", "roster: a member stands there twice");
  return roster;
}

export const Opening: Message<Opening> = /* @__PURE__ */ message<Opening>(
  "round opening",
  (out, { terms, roster, signature }) => {
    writeTerms(out, terms);
    writeRoster(out, roster);
    writeExactly(out, signature, 64, "round opening: signature");
  },
  (from) => ({ terms: readTerms(from), roster: readRoster(from), signature: from.fixed(64) }),
);

/** What the registrar signs. */
export function openingInput(opening: Omit<Opening, "signature">): Uint8Array<ArrayBuffer> {
  const bytes = Opening.encode({ ...opening, signature: new Uint8Array(64) });
  return concat(ROUND, bytes.subarray(0, -64));
}

/** SHA-256 of what the registrar signed. */
export function contextOf(crypto: Pick<Crypto, "sha256">, opening: Opening): Answer<Uint8Array> {
  return crypto.sha256(openingInput(opening));
}

/** What of the terms says how many. */
export type TermCounts = Pick<RoundTerms, "corrupt" | "survivors" | "unopened">;

/**
 * The graph of those who opened their nonces: derived by each member for itself, so nobody states a degree or a threshold.
 * @param advertised how many advertised keys @param opened how many of them opened their nonces
 * @throws PacelineError invalid_argument when no graph serves them
 */
export function graphOf(terms: TermCounts, advertised: number, opened: number): GraphParameters {
  return findGraph({
    members: opened,
    corrupt: Math.min(terms.corrupt, opened - 1),
    survivors: Math.min(terms.survivors, opened),
    adversary: "semi-malicious",
    choicesLog2: choicesLog2(advertised, Math.min(terms.unopened, advertised)),
  });
}

/**
 * What must hold for any round, whoever asks. More than half of all members, the corrupt ones counted twice, must stay: then
 * no two sets of survivors can both be signed by enough of them, as an honest member signs one.
 * @throws PacelineError manifest_refused
 */
export function checkTerms({ terms, roster }: Pick<Opening, "terms" | "roster">): void {
  checkCounts(terms, roster.length);
}

/** The same, before there is a roster. @throws PacelineError manifest_refused */
export function checkCounts(terms: TermCounts, members: number): void {
  const { corrupt, survivors } = terms;
  if (survivors > members) fail("manifest_refused", `${survivors} of ${members} members cannot stay`);
  if (2 * survivors <= members + corrupt)
    fail(
      "manifest_refused",
      `with ${corrupt} of ${members} members corrupt, ${survivors} could sign two sets of survivors`,
    );
  try {
    graphOf(terms, members, members);
  } catch (cause) {
    fail("manifest_refused", `no graph serves ${members} members with ${corrupt} corrupt and ${survivors} staying`, {
      cause,
    });
  }
}

/** A device's own least demands, whatever a coordinator or a registrar would like. */
export interface DeviceFloors {
  readonly members: number;
  /** Share of the roster that is taken to collude at least. */
  readonly corruptShare: number;
  readonly survivors: number;
  /** Neighbours of each member, and how many of them rebuild a secret. */
  readonly degree: number;
  readonly threshold: number;
}

export const defaultFloors: DeviceFloors = {
  members: 50,
  corruptShare: 0.05,
  survivors: 35,
  degree: 16,
  threshold: 11,
};

/** @throws PacelineError manifest_refused */
export function checkFloors({ terms, roster }: Opening, floors: DeviceFloors): void {
  const least = (what: string, value: number, floor: number) => {
    if (value < floor) fail("manifest_refused", `a round with ${value} ${what}, this device wants at least ${floor}`);
  };
  least("members", roster.length, floors.members);
  least("corrupt members allowed for", terms.corrupt, Math.floor((floors.corruptShare + 1e-14) * roster.length));
  least("survivors", terms.survivors, floors.survivors);
  checkGraphFloors(graphOf(terms, roster.length, roster.length), floors);
}

/** @throws PacelineError manifest_refused */
export function checkGraphFloors(
  { degree, threshold }: Pick<GraphParameters, "degree" | "threshold">,
  floors: DeviceFloors,
): void {
  if (degree < floors.degree || threshold < floors.threshold)
    fail(
      "manifest_refused",
      `${degree} neighbours of whom ${threshold} rebuild a secret, this device wants ${floors.degree} and ${floors.threshold}`,
    );
}

/** What the device computed itself, from the manifest it verified and the model it holds. */
export type ExpectedRound = Pick<RoundTerms, "manifest" | "model" | "round" | "width" | "length">;

/** @throws PacelineError manifest_refused */
export function checkExpected({ terms }: Opening, expected: ExpectedRound): void {
  const same =
    equalBytes(terms.manifest, expected.manifest) &&
    equalBytes(terms.model, expected.model) &&
    (["round", "width", "length"] as const).every((name) => terms[name] === expected[name]);
  if (!same)
    fail("manifest_refused", "the round is about another manifest, model, round number or vector than this device's");
}
