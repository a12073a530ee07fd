// What anybody can check of the two public lists: everyone's keys, and everyone's nonces. Members and coordinator check it
// alike, and derive the same graph from it.
import { equalBytes } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Crypto } from "../../ports/crypto.ts";
import { ringOrder } from "./graph.ts";
import type { GraphParameters } from "./graph-parameters.ts";
import type { Advertisement, Nonce } from "./messages.ts";
import { advertisementInput, graphIdOf, keyListHash, nonceHashOf, openingOfNonce, verifySigned } from "./signed.ts";
import { graphOf, type Opening } from "./terms.ts";

export type PublicCrypto = Pick<Crypto, "sha256" | "ed25519Verify">;

/** A round whose opening was checked. */
export interface Round extends Opening {
  readonly context: Uint8Array;
}

export interface Graph {
  /** 32 bytes: salt of every key of the round. */
  readonly id: Uint8Array;
  readonly parameters: GraphParameters;
  /** Rising indices of all who are in it. */
  readonly members: readonly number[];
  /** Members along the ring. */
  readonly order: readonly number[];
}

/** @throws PacelineError verification_failed */
export async function checkAdvertisement(crypto: PublicCrypto, { context, roster }: Round, one: Advertisement) {
  await verifySigned(crypto, roster, one.index, advertisementInput(context, one), one.signature, "the advertisement");
}

/** @throws PacelineError invalid_batch_size, verification_failed */
export async function checkAdvertisements(crypto: PublicCrypto, round: Round, list: readonly Advertisement[]) {
  enough(round, list.length, "advertised keys");
  for (const one of list) await checkAdvertisement(crypto, round, one);
}

/** The list of keys that a member saw, and its hash. */
export interface KeyBook {
  readonly byIndex: ReadonlyMap<number, Advertisement>;
  readonly hash: Uint8Array;
}

export async function keyBookOf(
  crypto: PublicCrypto,
  { context }: Round,
  list: readonly Advertisement[],
): Promise<KeyBook> {
  return { byIndex: new Map(list.map((one) => [one.index, one])), hash: await keyListHash(crypto, context, list) };
}

/** @throws PacelineError verification_failed */
export async function checkNonce(crypto: PublicCrypto, { context, roster }: Round, book: KeyBook, one: Nonce) {
  const { index, nonce, signature } = one;
  const advertised = book.byIndex.get(index);
  if (advertised === undefined) fail("verification_failed", `a nonce of member ${index}, who advertised no keys`);
  if (!equalBytes(advertised.nonceHash, await nonceHashOf(crypto, context, index, nonce)))
    fail("verification_failed", `the nonce of member ${index} is not the one it was bound to`);
  const input = openingOfNonce(context, book.hash, index, nonce);
  await verifySigned(crypto, roster, index, input, signature, "the nonce, over the list of keys shown here,");
}

/** @throws PacelineError invalid_batch_size, verification_failed */
export async function checkNonces(crypto: PublicCrypto, round: Round, book: KeyBook, nonces: readonly Nonce[]) {
  checkOpened(round, book, nonces.length);
  for (const one of nonces) await checkNonce(crypto, round, book, one);
}

/** That enough opened their nonces, which were checked as they came. @throws PacelineError invalid_batch_size */
export function checkOpened(round: Round, book: KeyBook, opened: number): void {
  enough(round, opened, "opened their nonces");
  const missing = book.byIndex.size - opened;
  if (missing > round.terms.unopened)
    fail("invalid_batch_size", `${missing} members did not open their nonces, ${round.terms.unopened} are allowed`);
}

/** @throws PacelineError invalid_batch_size when no graph serves those who opened */
export async function drawGraph(
  crypto: PublicCrypto,
  { context, terms }: Round,
  book: KeyBook,
  nonces: readonly Nonce[],
): Promise<Graph> {
  const members = nonces.map(({ index }) => index);
  const parameters = parametersOf(terms, book.byIndex.size, members.length);
  const id = await graphIdOf(crypto, context, book.hash, nonces);
  const order = Array.from(ringOrder(id, members.length), (place) => members[place] as number);
  return { id, parameters, members, order };
}

function parametersOf(terms: Opening["terms"], advertised: number, opened: number): GraphParameters {
  try {
    return graphOf(terms, advertised, opened);
  } catch (cause) {
    return fail("invalid_batch_size", `no graph serves the ${opened} members who opened their nonces`, { cause });
  }
}

/**
 * Whether a set of survivors may be unmasked, as far as the graph is concerned: each run of degree / 2 places holds enough of them
 * that no choice of dropouts cut the ring, and each sharer keeps as many neighbours as rebuild its secrets.
 */
export function holdsTogether(
  { order, parameters: { degree, threshold, runSurvivors } }: Graph,
  shares: (index: number) => boolean,
  survives: (index: number) => boolean,
): boolean {
  const members = order.length;
  const alive = order.map((index) => Number(survives(index)));
  // The survivors on the ring before each place, twice around.
  const before = [0];
  for (let place = 0; place < 2 * members; place++)
    before.push((before[place] as number) + (alive[place % members] as number));
  const within = (start: number, count: number) => {
    const from = (start + members) % members;
    return (before[from + count] as number) - (before[from] as number);
  };
  // Odd only where everyone is everyone's neighbour; then the run is the whole ring.
  const reach = Math.min(degree + 1, members);
  return order.every((index, place) => {
    const neighbours = within(place - Math.floor(degree / 2), reach) - (alive[place] as number);
    return (!shares(index) || neighbours >= threshold) && within(place, Math.floor(degree / 2)) >= runSurvivors;
  });
}

function enough({ terms }: Round, found: number, what: string): void {
  if (found < terms.survivors)
    fail("invalid_batch_size", `${found} members ${what}, the round wants ${terms.survivors} to the end`);
}
