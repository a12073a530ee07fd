// `paceline verify MODEL --round BUNDLE…`: a model's file checked against its rounds' bundles, asking nobody.
import { fail } from "../../base/errors.ts";
import { plainLines } from "../../figures/plain.ts";
import { decodeModelFile } from "../../learning/plan/model/file.ts";
import { nodeCrypto } from "../../platform/node/index.ts";
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import type { VerifyKeys } from "../../verify/index.ts";
import { roundStatement, underGivenKeys, type VerifiedModel, verifyModel } from "../../verify/model.ts";
import { type Replayed, replay } from "./replay.ts";

export interface ModelEvidence {
  /** Texts of the rounds' bundles. */
  readonly rounds: readonly string[];
  /** Where the weights are in a file of their own. */
  readonly weightsBin: Uint8Array | undefined;
  readonly keys: VerifyKeys;
  readonly seed: string | undefined;
  readonly json: boolean;
}

/** @throws PacelineError invalid_message, verification_failed */
export async function verifyModelFile(text: string, evidence: ModelEvidence): Promise<void> {
  const { rounds, weightsBin, keys, seed, json } = evidence;
  if (rounds.length === 0) return await unproved(text, evidence);
  const verified = await verifyModel(nodeCrypto, text, rounds, keys, weightsBin);
  const replayed = await replay(verified, seed);
  if ("weights" in replayed && replayed.weights.some((weight, i) => weight !== verified.file.weights[i]))
    fail("verification_failed", "the model's weights are not what its rounds' releases make of those it began with");
  tell(verified, replayed, json);
}

async function unproved(text: string, { weightsBin, json }: ModelEvidence): Promise<void> {
  const { card } = await decodeModelFile(nodeCrypto, text, weightsBin);
  const says = "Nothing of how it was trained is proved: give the bundles of its rounds with --round.";
  const words = `${card.name}, ${card.title}: a whole model file (weights ${card.weights})\n${says}\n`;
  process.stdout.write(json ? `${JSON.stringify({ verified: false, says, card }, null, 2)}\n` : plainLines(words));
}

/** Numbers below the highest of which no bundle is here: such rounds were still open, or came to nothing. */
function missingOf(trainings: VerifiedModel["trainings"]): readonly number[] {
  const shown = new Set(trainings.map(({ round }) => round.number));
  return Array.from({ length: Math.max(...shown) }, (_, i) => i + 1).filter((number) => !shown.has(number));
}

function overlapWords([first]: VerifiedModel["trainings"], behind: readonly number[]): string {
  const steps = `${Math.min(...behind)} to ${Math.max(...behind)}`;
  return `Up to ${first?.overlap?.most} rounds were open at one time; the log says in which order their releases moved the model, each ${steps} steps behind it and weighed by that alone.`;
}

function tell(
  { file: { card }, rounds, trainings, behind, rho }: VerifiedModel,
  replayed: Replayed,
  json: boolean,
): void {
  const statements = rounds.map(roundStatement);
  const { privacy } = card;
  const abandoned = new Set(trainings.flatMap((training) => training.abandoned ?? []));
  const own = rounds.every(underGivenKeys);
  const proved = [
    `The card's features, label, rounds and privacy are those of ${rounds.length} rounds whose bundles hold.`,
    `All of them together cost one ${privacy?.unit} ρ = ${formatRho(rho)}, which is ε = ${privacy?.epsilon} at δ = ${privacy?.delta}.`,
    ...(abandoned.size === 0
      ? []
      : [
          `${abandoned.size} more rounds were asked and given up, as the manifests say that both parties signed; none of these rounds is one of them.`,
        ]),
    ...(behind === undefined ? [] : [overlapWords(trainings, behind)]),
    ...("weights" in replayed
      ? ["The weights follow from seeded ones and the rounds' releases: computed again, round by round."]
      : []),
  ];
  const missing = behind === undefined ? [] : missingOf(trainings);
  const trusted = [
    ...(missing.length === 0
      ? []
      : [`That rounds ${missing.join(", ")}, which are not among these, had no release when the model was made.`]),
    ...("weights" in replayed
      ? []
      : [`That the weights are what the coordinator computed from these rounds' releases: ${replayed.because}.`]),
    "That rounds which came to nothing, if there were any, were debited and never added up: no bundle tells of them.",
    ...new Set(statements.flatMap((statement) => statement.trusted)),
  ];
  if (json) {
    const each = rounds.map(({ task, debit }) => ({ task, rho: formatRho(nanoRho(BigInt(debit.rho))) }));
    const document = { verified: true, card, rho: formatRho(rho), rounds: each, proved, trusted };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const lines = (of: readonly string[]) => of.map((line) => `  - ${line}`).join("\n");
  const found = own ? "verified under the keys you gave" : "consistent, under keys that its bundles name themselves";
  process.stdout.write(
    plainLines(`${card.name}: ${found}\n\nproved\n${lines(proved)}\n\ntrusted\n${lines(trusted)}\n`),
  );
}
