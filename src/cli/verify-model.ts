// `paceline verify MODEL --round BUNDLE…`: a model's file checked against its rounds' bundles, asking nobody.
import { plainLines } from "../figures/plain.ts";
import { decodeModelFile } from "../learning/plan/model/file.ts";
import { nodeCrypto } from "../platform/node/index.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import { statementOf, type VerifyKeys } from "../verify/index.ts";
import { type VerifiedModel, verifyModel } from "../verify/model.ts";

const BELIEVED =
  "That the weights are what the coordinator computed from these rounds' releases: their hash is in the card, and no bundle holds it.";
const BEGINNING = "That nobody's data went into the weights before the first of these rounds.";

/** @param texts of the rounds' bundles. @throws PacelineError invalid_message, verification_failed */
export async function verifyModelFile(text: string, texts: readonly string[], keys: VerifyKeys, json: boolean) {
  if (texts.length === 0) await unproved(text, json);
  else await proved(await verifyModel(nodeCrypto, text, texts, keys), json);
}

async function unproved(text: string, json: boolean): Promise<void> {
  const { card } = await decodeModelFile(nodeCrypto, text);
  const says = "Nothing of how it was trained is proved: give the bundles of its rounds with --round.";
  if (json) process.stdout.write(`${JSON.stringify({ verified: false, says, card }, null, 2)}\n`);
  else
    process.stdout.write(
      plainLines(`${card.name}, ${card.title}: a whole model file (weights ${card.weights})\n${says}\n`),
    );
}

async function proved({ file: { card }, rounds, rho, follows }: VerifiedModel, json: boolean): Promise<void> {
  const statements = rounds.map(statementOf);
  const { privacy } = card;
  const own = rounds.every(({ keys }) => keys.register.from === "given" && keys.helper.from === "given");
  const list = [
    `The card's features, label, rounds and privacy are those of ${rounds.length} rounds whose bundles hold.`,
    `All of them together cost one ${privacy?.unit} ρ = ${formatRho(rho)}, which is ε = ${privacy?.epsilon} at δ = ${privacy?.delta}.`,
    follows
      ? "The weights follow from those that the first round began with and the rounds' releases: computed again."
      : "The weights are those whose hash is in the card.",
  ];
  const left = [
    ...new Set([...(follows ? [] : [BELIEVED]), BEGINNING, ...statements.flatMap((statement) => statement.trusted)]),
  ];
  if (json) {
    const each = rounds.map(({ task, debit }) => ({ task, rho: formatRho(nanoRho(BigInt(debit.rho))) }));
    process.stdout.write(
      `${JSON.stringify({ verified: true, card, rho: formatRho(rho), rounds: each, proved: list, trusted: left }, null, 2)}\n`,
    );
    return;
  }
  const lines = (of: readonly string[]) => of.map((line) => `  - ${line}`).join("\n");
  const found = own ? "verified under the keys you gave" : "consistent, under keys that its bundles name themselves";
  process.stdout.write(plainLines(`${card.name}: ${found}\n\nproved\n${lines(list)}\n\ntrusted\n${lines(left)}\n`));
}
