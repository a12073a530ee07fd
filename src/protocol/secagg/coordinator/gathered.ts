// What a coordinator has gathered, stage by stage: what it takes from whom, when a stage is complete, and what closing it makes.
import { concat } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";
import { accumulate, bytesOf } from "../../../math/words.ts";
import { neighboursOn } from "../graph.ts";
import { isLowOrder } from "../low-order.ts";
import { toSet } from "../member-set.ts";
import {
  AdvertiseKeys,
  type Advertisement,
  KeyList,
  MaskedInput,
  type MemberSignature,
  type Nonce,
  NonceList,
  OpenNonce,
  type RevealedShare,
  type SealedShares,
  ShareDelivery,
  ShareKeys,
  SIGNATURE_BYTES,
  SignatureList,
  SignSurvivors,
  SurvivorList,
  Unmask,
  type Word,
} from "../messages.ts";
import { checkContext, survivorsInput, verifySigned, wordInput } from "../signed.ts";
import {
  checkAdvertisement,
  checkNonce,
  checkOpened,
  drawGraph,
  type Graph,
  holdsTogether,
  type KeyBook,
  keyBookOf,
  type Round,
} from "../transcript.ts";
import { Inbox } from "./inbox.ts";
import type { CoordinatorPorts, coordinatorStages } from "./stages.ts";
import { type SharesOf, unmaskSum } from "./unmasking.ts";

type Stage = (typeof coordinatorStages)[number];

export class Gathered {
  readonly #ports: CoordinatorPorts;
  readonly #round: Round;
  readonly #keys = new Inbox<Advertisement>();
  readonly #nonces = new Inbox<Nonce>();
  readonly #sealed = new Inbox<readonly SealedShares[]>();
  /** Hashes and signatures stand for the vectors, which are in the sum already. */
  readonly #vectors = new Inbox<null>();
  readonly #signatures = new Inbox<MemberSignature>();
  readonly #revealed = new Inbox<readonly RevealedShare[]>();
  #sum: Uint8Array;
  #book: KeyBook | undefined;
  #graph: Graph | undefined;
  /** What survivors sign. */
  #survivorsInput: Uint8Array = new Uint8Array(0);
  /** Who is asked in this stage. */
  #asked: ReadonlySet<number>;
  #say: (index: number) => Uint8Array | undefined;

  constructor(ports: CoordinatorPorts, round: Round, opening: Uint8Array) {
    const { width, length } = round.terms;
    this.#ports = ports;
    this.#round = round;
    this.#sum = new Uint8Array(bytesOf(length, width));
    this.#asked = new Set(round.roster.keys());
    this.#say = () => opening;
  }

  get survivors(): readonly number[] {
    return this.#vectors.members;
  }

  messageFor(index: number): Uint8Array | undefined {
    return this.#asked.has(index) ? this.#say(index) : undefined;
  }

  complete(stage: Stage): boolean {
    return this.#inboxOf(stage).size === this.#asked.size;
  }

  /** Nothing of what members sent is kept, but whose vectors came. */
  forget(): void {
    this.#sum = new Uint8Array(0);
    this.#asked = new Set();
    for (const inbox of [this.#keys, this.#nonces, this.#sealed, this.#signatures, this.#revealed]) inbox.clear();
  }

  #inboxOf(stage: Stage): Inbox<unknown> {
    return {
      ...{ keys: this.#keys, nonces: this.#nonces, shares: this.#sealed },
      ...{ vectors: this.#vectors, signatures: this.#signatures, unmasking: this.#revealed },
    }[stage];
  }

  answered(stage: Stage, index: number): boolean {
    return this.#inboxOf(stage).has(index);
  }

  /** @returns whether it is new @throws PacelineError */
  async take(stage: Stage, message: Uint8Array): Promise<boolean> {
    if (stage === "keys") return await this.#takeKeys(message);
    if (stage === "nonces") return await this.#takeNonce(message);
    if (stage === "shares") return await this.#takeShares(message);
    if (stage === "vectors") return await this.#takeVector(message);
    if (stage === "signatures") return await this.#takeSignature(message);
    return await this.#takeRevealed(message);
  }

  #expected(context: Uint8Array, index: number): void {
    checkContext(this.#round.context, context);
    if (!this.#asked.has(index)) fail("conflict", `member ${index} is not in the round any more, or never was`);
  }

  async #takeKeys(message: Uint8Array): Promise<boolean> {
    const { context, advertisement } = AdvertiseKeys.decode(message);
    const { index, channelKey, maskKey } = advertisement;
    this.#expected(context, index);
    if (!this.#keys.isNew(index, message)) return false;
    await checkAdvertisement(this.#ports.crypto, this.#round, advertisement);
    // They would stop each neighbour, whose agreement fails.
    if (isLowOrder(channelKey) || isLowOrder(maskKey))
      fail("verification_failed", `member ${index} advertises a key of low order`);
    this.#keys.put(index, message, advertisement);
    return true;
  }

  async #takeNonce(message: Uint8Array): Promise<boolean> {
    const { context, nonce } = OpenNonce.decode(message);
    this.#expected(context, nonce.index);
    if (!this.#nonces.isNew(nonce.index, message)) return false;
    await checkNonce(this.#ports.crypto, this.#round, this.#book as KeyBook, nonce);
    this.#nonces.put(nonce.index, message, nonce);
    return true;
  }

  /** @throws PacelineError verification_failed for a word that is not the member's own */
  async #authentic(word: Word, message: Uint8Array): Promise<void> {
    await this.#signed(word, await wordInput(this.#ports.crypto, message.subarray(0, -SIGNATURE_BYTES)));
  }

  async #signed({ index, signature }: Word, input: Uint8Array): Promise<void> {
    await verifySigned(this.#ports.crypto, this.#round.roster, index, input, signature, "the message");
  }

  async #takeShares(message: Uint8Array): Promise<boolean> {
    const { context, ...word } = ShareKeys.decode(message);
    const { index, shares } = word;
    this.#expected(context, index);
    if (!this.#sealed.isNew(index, message)) return false;
    await this.#authentic(word, message);
    const neighbours = this.#neighbours(index);
    if (shares.length !== neighbours.length || shares.some((one, i) => one.index !== neighbours[i]))
      fail("verification_failed", `member ${index} did not share with its neighbours`);
    this.#sealed.put(index, message, shares);
    return true;
  }

  async #takeVector(message: Uint8Array): Promise<boolean> {
    const { context, ...word } = MaskedInput.decode(message);
    const { index, vector } = word;
    this.#expected(context, index);
    const input = await wordInput(this.#ports.crypto, message.subarray(0, -SIGNATURE_BYTES));
    const said = concat(input, word.signature);
    if (!this.#vectors.isNew(index, said)) return false;
    await this.#signed(word, input);
    if (vector.length !== this.#sum.length)
      fail("invalid_message", `a vector of ${vector.length} bytes, the round's have ${this.#sum.length}`);
    accumulate(this.#round.terms.width, this.#sum, vector);
    this.#vectors.put(index, said, null);
    return true;
  }

  async #takeSignature(message: Uint8Array): Promise<boolean> {
    const { context, signed } = SignSurvivors.decode(message);
    this.#expected(context, signed.index);
    if (!this.#signatures.isNew(signed.index, message)) return false;
    const { roster } = this.#round;
    const input = this.#survivorsInput;
    await verifySigned(this.#ports.crypto, roster, signed.index, input, signed.signature, "the set of survivors");
    this.#signatures.put(signed.index, message, signed);
    return true;
  }

  async #takeRevealed(message: Uint8Array): Promise<boolean> {
    const { context, ...word } = Unmask.decode(message);
    const { index, shares } = word;
    this.#expected(context, index);
    if (!this.#revealed.isNew(index, message)) return false;
    await this.#authentic(word, message);
    const neighbours = new Set(this.#neighbours(index));
    if (shares.some((one) => !neighbours.has(one.index)))
      fail("verification_failed", `member ${index} reveals shares that nobody gave it`);
    this.#revealed.put(index, message, shares);
    return true;
  }

  /** @returns the sum when it was the last stage. @throws PacelineError when there is no going on */
  async close(stage: Stage): Promise<Uint8Array | undefined> {
    const inbox = this.#inboxOf(stage);
    this.#asked = new Set(inbox.members);
    if (stage === "unmasking") return await this.#unmasked();
    const { terms, context } = this.#round;
    if (inbox.size < terms.survivors)
      fail("round_aborted", `${inbox.size} members answered in stage "${stage}", the round wants ${terms.survivors}`);
    if (stage === "keys") await this.#closeKeys(context);
    else if (stage === "nonces") await this.#closeNonces(context);
    else if (stage === "shares") this.#closeShares(context);
    else if (stage === "vectors") this.#closeVectors(context);
    else {
      const signatures = SignatureList.encode({ context, signatures: this.#signatures.values() });
      this.#say = () => signatures;
    }
    return undefined;
  }

  async #closeKeys(context: Uint8Array): Promise<void> {
    const advertisements = this.#keys.values();
    this.#book = await keyBookOf(this.#ports.crypto, this.#round, advertisements);
    const list = KeyList.encode({ context, advertisements });
    this.#say = () => list;
  }

  async #closeNonces(context: Uint8Array): Promise<void> {
    const nonces = this.#nonces.values();
    const book = this.#book as KeyBook;
    checkOpened(this.#round, book, nonces.length);
    this.#graph = await drawGraph(this.#ports.crypto, this.#round, book, nonces);
    const list = NonceList.encode({ context, nonces });
    this.#say = () => list;
  }

  #closeShares(context: Uint8Array): void {
    const sharers = this.#set(this.#sealed);
    this.#say = (index) => {
      const shares = this.#neighbours(index).flatMap((from) => {
        const one = this.#sealed.value(from)?.find((share) => share.index === index);
        return one === undefined ? [] : [{ index: from, sealed: one.sealed }];
      });
      return ShareDelivery.encode({ context, sharers, shares });
    };
  }

  #closeVectors(context: Uint8Array): void {
    const [shared, survived] = [this.#sealed, this.#vectors].map(({ members }) => new Set(members));
    const holds = holdsTogether(
      this.#graph as Graph,
      (index) => shared?.has(index) === true,
      (index) => survived?.has(index) === true,
    );
    if (!holds) fail("round_aborted", "so many are gone around some member that its mask could not be rebuilt");
    const survivors = this.#set(this.#vectors);
    this.#survivorsInput = survivorsInput((this.#graph as Graph).id, this.#set(this.#sealed), survivors);
    const list = SurvivorList.encode({ context, survivors });
    this.#say = () => list;
  }

  async #unmasked(): Promise<Uint8Array> {
    const shares = new Map<number, SharesOf>(this.#sealed.members.map((index) => [index, new Map()]));
    for (const holder of this.#revealed.members)
      for (const { index, share } of this.#revealed.value(holder) ?? []) shares.get(index)?.set(holder, share);
    const [book, graph] = [this.#book as KeyBook, this.#graph as Graph];
    const [sharers, survivors] = [this.#set(this.#sealed), new Set(this.#vectors.members)];
    const masked = { round: this.#round, book, graph, sharers, survivors, shares };
    const sum = await unmaskSum(this.#ports, masked, this.#sum);
    this.forget();
    return sum;
  }

  #neighbours(index: number): number[] {
    const { order, parameters } = this.#graph as Graph;
    return neighboursOn(order, parameters.degree, index);
  }

  #set({ members }: Inbox<unknown>): Uint8Array {
    return toSet(this.#round.roster.length, members);
  }
}
