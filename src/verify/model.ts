// A model file checked by a stranger, from the bundles of the rounds that trained it: what its card says of features, label, rounds
// and privacy must be what the bundles prove, to the letter.
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import type { ModelCard } from "../learning/plan/model/card.ts";
import { describedBy } from "../learning/plan/model/described.ts";
import { decodeModelFile, type ModelFile, newModelFile } from "../learning/plan/model/file.ts";
import { decodeTraining, type TrainingManifest } from "../learning/plan/training/manifest.ts";
import type { Crypto } from "../ports/crypto.ts";
import { addNanoRho, type NanoRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import { epsilonOf } from "../privacy/accounting/zcdp.ts";
import { looksMasked } from "../task/masked/mark.ts";
import { maskedStatementOf, type VerifiedMasked, verifyMaskedBundle } from "./masked.ts";
import { inLogOrder, stepsBehind } from "./overlap.ts";
import { type Verified, type VerifyKeys, verifyBundle } from "./verify.ts";
import { type Statement, statementOf } from "./words.ts";

/** Of either trust mode. */
export type VerifiedRound = Verified | VerifiedMasked;

/** What its bundle proves and leaves to trust. */
export const roundStatement = (round: VerifiedRound): Statement =>
  "checked" in round ? maskedStatementOf(round) : statementOf(round);

/** Whether every signature verified under keys that were given. */
export const underGivenKeys = ({ keys }: VerifiedRound): boolean =>
  Object.values(keys).every(({ from }) => from === "given");

export interface VerifiedModel {
  readonly file: ModelFile;
  /** In the order of the card, and what each trained. */
  readonly rounds: readonly VerifiedRound[];
  readonly trainings: readonly TrainingManifest[];
  /** Where rounds overlap: server steps between the model that each began with and the one that it moved. */
  readonly behind: readonly number[] | undefined;
  /** Of all rounds' debits. */
  readonly rho: NanoRho;
}

/** Of ε in the card, where no round says its own. */
const DELTA = 1e-6;

/**
 * The file of a model, with a card that follows from its rounds' bundles.
 * @param bundles texts of all rounds that were collected, in order; in any where rounds overlap, as their log has it
 * @param given made in Unix milliseconds
 * @throws PacelineError as verifyBundle, verification_failed for rounds that are not of one training in order
 */
export async function modelOfRounds(
  crypto: Crypto,
  bundles: readonly string[],
  { weights, made, keys }: { weights: ModelFile["weights"]; made: number; keys?: VerifyKeys },
): Promise<VerifiedModel> {
  const { texts, rounds, trainings, behind } = await verifyRounds(crypto, bundles, keys);
  const rho = addNanoRho(...debitsOf(rounds).map((each) => nanoRho(BigInt(each))));
  const listed = await Promise.all(
    rounds.map(async ({ task }, i) => ({ task, bundle: await hashOf(crypto, texts[i] as string) })),
  );
  const [first] = trainings as [TrainingManifest];
  const training = { run: first.run, rounds: listed };
  const card = { ...describedBy(first), training, made, privacy: privacyOf(rounds, rho) };
  return { file: await newModelFile(crypto, card, weights), rounds, trainings, behind, rho };
}

/**
 * The rounds of one training, each by its bundle.
 * @throws PacelineError as verifyBundle, verification_failed for rounds that are not of one training in order
 */
export async function verifyRounds(
  crypto: Crypto,
  bundles: readonly string[],
  keys?: VerifyKeys,
): Promise<Pick<VerifiedModel, "rounds" | "trainings" | "behind"> & { readonly texts: readonly string[] }> {
  const given: { text: string; round: VerifiedRound; training: TrainingManifest; at: number }[] = [];
  for (const [i, text] of bundles.entries()) {
    const round = await verifyOne(crypto, text, keys).catch((cause: unknown) => {
      if (!isPacelineError(cause) || bundles.length === 1) throw cause;
      const { code, message, hint } = cause;
      return fail(code, `bundle ${i + 1} of ${bundles.length}: ${message}`, {
        cause,
        ...(hint !== undefined && { hint }),
      });
    });
    const { source } = round.manifest;
    if (source.kind !== "model-update") return wrong(`bundle ${i + 1} is of no training round`);
    given.push({ text, round, training: decodeTraining(source.training), at: round.log.index });
  }
  const ordered = inLogOrder(given);
  const rounds = ordered.map(({ round }) => round);
  const trainings = ordered.map(({ training }) => training);
  const [first] = trainings;
  if (first === undefined) return wrong("a model that was trained has rounds, and none was given");
  trainings.forEach((training, i) => {
    const { run, round } = training;
    if (run !== first.run || !same(describedBy(training), describedBy(first)))
      wrong(`bundle ${i + 1} is of another training than the first`);
    if (first.overlap === undefined && round.number !== i + 1)
      wrong(`bundle ${i + 1} is of round ${round.number}: all rounds must be there, in order`);
  });
  // What a training gave up has no release: one that is shown all the same was not to be added up.
  const abandoned = new Set(trainings.flatMap((training) => training.abandoned ?? []));
  rounds.forEach(({ task }, i) => {
    if (abandoned.has(task)) wrong(`bundle ${i + 1} is of a round that the training says was given up`);
  });
  const behind = first.overlap && stepsBehind(ordered);
  return { texts: ordered.map(({ text }) => text), rounds, trainings, behind };
}

const verifyOne = async (crypto: Crypto, text: string, keys?: VerifyKeys): Promise<VerifiedRound> =>
  looksMasked(text) ? await verifyMaskedBundle(crypto, text, keys) : await verifyBundle(crypto, text, keys);

/**
 * @param text a model file, both parts in one
 * @param bundles texts of its rounds' bundles, in any order
 * @param weightsBin where weights lie in a file of their own
 * @throws PacelineError invalid_message when it is no model file, verification_failed naming the first thing that does not hold
 */
export async function verifyModel(
  crypto: Crypto,
  text: string,
  bundles: readonly string[],
  keys: VerifyKeys = {},
  weightsBin?: Uint8Array,
): Promise<VerifiedModel> {
  const { card, weights } = await decodeModelFile(crypto, text, weightsBin);
  const named = card.training?.rounds ?? wrong("the model's card names no rounds: nobody's data are said to be in it");
  const hashes = await Promise.all(bundles.map((bundle) => hashOf(crypto, bundle)));
  const known = new Set(named.map(({ bundle }) => bundle));
  const foreign = hashes.findIndex((hash) => !known.has(hash));
  const also = foreign < 0 ? "" : `, and number ${foreign + 1} of those that were given is of none of its rounds`;
  const ordered = named.map(({ bundle }, i) => {
    const given = bundles[hashes.indexOf(bundle)];
    return given ?? wrong(`the bundle of round ${i + 1} of ${named.length} was not given${also}`);
  });
  if (bundles.length !== named.length)
    wrong(`${bundles.length} bundles were given, the model was trained in ${named.length} rounds`);
  const derived = await modelOfRounds(crypto, ordered, { weights, made: card.made, keys });
  for (const field of Object.keys(card) as (keyof ModelCard)[])
    if (!same(card[field], derived.file.card[field]))
      wrong(`what the card says of ${field} is not what the bundles prove`);
  return derived;
}

/** Rounds of one stream are one debit. */
function debitsOf(rounds: readonly VerifiedRound[]): readonly string[] {
  const paid = new Set<string>();
  return rounds.flatMap((round) => {
    const { debit } = round;
    const stream = "stream" in round ? round.stream : undefined;
    const name = stream && toBase64Url(stream.key);
    if (name === undefined) return [debit.rho];
    if (paid.has(name)) return [];
    paid.add(name);
    return [debit.rho];
  });
}

const same = (one: unknown, other: unknown) => canonicalJson(one as Json) === canonicalJson(other as Json);

async function hashOf(crypto: Crypto, bundle: string): Promise<string> {
  return toBase64Url(await crypto.sha256(utf8(bundle)));
}

/** Rounds compose adaptively in zCDP: their ρ add up, though each depends on those before. */
function privacyOf(rounds: readonly VerifiedRound[], rho: NanoRho): NonNullable<ModelCard["privacy"]> {
  const { privacy } = (rounds.at(-1) as VerifiedRound).release;
  const delta = privacy.delta > 0 ? privacy.delta : DELTA;
  return {
    ...{ unit: privacy.unit, neighbouring: privacy.neighbouring, trustMode: privacy.trustMode },
    ...{ rho: `${rho}`, epsilon: epsilonOf(rho, delta), delta, mechanism: privacy.mechanism },
  };
}

function wrong(what: string): never {
  return fail("verification_failed", what);
}
