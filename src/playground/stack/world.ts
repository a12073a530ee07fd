// The whole way once: a question, its price at two ledgers, phones that answer, two parties that verify and add up halves, and an
// answer with noise. Everything that anyone sends is kept, for the reader to look at.
import { encodeStatistics } from "../../contribution/statistics.ts";
import { type Figure, releaseFigures } from "../../figures/index.ts";
import type { Member } from "../../records/types.ts";
import { newReporter } from "../../report/seal.ts";
import { population } from "../../simulate/index.ts";
import { openEnvelope } from "../../task/envelope.ts";
import { decodeRelease } from "../../task/release.ts";
import type { ReleaseBytes } from "../../task/stages.ts";
import type { Progress } from "../shell/progress.ts";
import { collect, upload, verifyAll } from "./aggregating.ts";
import { type Asked, ask, type Parties } from "./asking.ts";
import { type Message, reportFields, textField } from "./messages.ts";
import { crypto, entropy, newParty } from "./party.ts";

export interface World {
  readonly parties: Parties;
  readonly asked: Asked;
  readonly members: readonly Member[];
  /** As each phone sent it, and what it said in the clear, which only the phone knows. */
  readonly reports: readonly {
    readonly bytes: Uint8Array;
    readonly vector: readonly number[];
    readonly isNull: boolean;
  }[];
  readonly release: ReleaseBytes;
}

/** Plain data, for the page. */
export interface Told {
  readonly messages: readonly Message[];
  readonly title: string;
  readonly phones: number;
  /** Who had something to say; the others' reports look the same. */
  readonly contributors: number;
  readonly figures: readonly Figure[];
  /** The sum that nobody sees, known here because every phone is in this page. */
  readonly truth: readonly number[];
  readonly released: readonly number[];
  readonly ledgers: readonly Ledger[];
}

export interface Ledger {
  readonly whose: string;
  readonly epochs: readonly { readonly epoch: string; readonly spent: number; readonly cap: number }[];
}

export interface Settings {
  readonly sql: string;
  readonly epsilon: string;
  readonly phones: number;
}

/** @throws PacelineError for a question that cannot be asked, or fewer phones than anyone accepts */
export async function runWorld(
  { sql, epsilon, phones }: Settings,
  progress: Progress,
): Promise<{ readonly world: World; readonly told: Told }> {
  const parties = { leader: await newParty("leader", 1), helper: await newParty("helper", 2) };
  const messages: Message[] = [];
  const tell = (message: Message) => messages.push(message);
  const asked = await ask(parties, sql, epsilon);
  const { manifest, bytes, envelope } = asked;
  tell({
    ...{ from: "coordinator", to: "phone", name: "The task", bytes: bytes.length },
    about: "A question, its price and its noise, signed by both organisations. A phone checks all of it itself.",
    fields: [
      textField("question", manifest.question, "what is asked"),
      textField("notice", manifest.notice, "what a member reads"),
      textField(
        "noise",
        JSON.stringify(manifest.noise),
        "what each of the two adds: a phone computes the price from it",
      ),
      textField("price", `${manifest.rho} billionths of ρ`, "debited at both ledgers before this was shown"),
      textField("least reports", `${manifest.minBatch}`, "fewer are never added up"),
      textField("coordinator's signature", envelope.register, "over the exact bytes"),
      textField("helper's signature", envelope.helper, "over the same bytes"),
    ],
  });
  const pinned = { register: parties.leader.signing.public, helper: parties.helper.signing.public };
  const signed = await openEnvelope(crypto, envelope, pinned);
  const members = population({ seed: "stack", members: phones, lastDay: asked.lastDay, weeks: 12 });
  const reporter = await newReporter({ crypto, entropy }, signed);
  const reports: World["reports"][number][] = [];
  for (const [at, member] of members.entries()) {
    progress(at, phones);
    const { source, encoder, window } = signed.manifest;
    if (source.kind !== "statistics" || encoder.kind !== "product") break;
    const contribution = encodeStatistics(member, source, encoder, window);
    const { bytes: report } = await reporter.seal(contribution);
    reports.push({ bytes: report, vector: contribution.vector, isNull: contribution.isNull });
    await upload(parties, asked, report);
  }
  const [first] = reports;
  if (first !== undefined)
    tell({
      ...{
        from: "phone",
        to: "coordinator",
        name: `A report, one of ${reports.length}`,
        bytes: first.bytes.length,
        fields: reportFields(first.bytes),
      },
      about:
        "One bounded answer in two halves, each sealed to one organisation. All reports have one size, empty ones too.",
    });
  await verifyAll(parties, asked, tell);
  const release = await collect(parties, asked, tell);
  tell({
    ...{ from: "coordinator", to: "analyst", name: "The release", bytes: release.length },
    about: "Both noised halves put together. For ever the same: asked again, these bytes are sent again.",
    fields: [textField("document", new TextDecoder().decode(release), "values, noise, price, and what they cover")],
  });
  progress(phones, phones);
  const world: World = { parties, asked, members, reports, release };
  return { world, told: await toldOf(world, messages) };
}

async function toldOf({ parties, asked, reports, release }: World, messages: readonly Message[]): Promise<Told> {
  const document = decodeRelease(release);
  return {
    messages,
    title: asked.manifest.question,
    phones: reports.length,
    contributors: reports.filter(({ isNull }) => !isNull).length,
    figures: releaseFigures(document),
    truth: mapped(asked, reports),
    released: document.values,
    ledgers: [await ledgerOf("coordinator", parties.leader), await ledgerOf("helper", parties.helper)],
  };
}

/** What the public map makes of the plain sum of what phones said. */
function mapped({ manifest: { map } }: Asked, reports: World["reports"]): readonly number[] {
  const sum = new Array<number>(map.columns).fill(0);
  for (const { vector } of reports) for (const [at, one] of vector.entries()) sum[at] = (sum[at] ?? 0) + one;
  if (map.rows === "identity") return sum;
  return map.rows.map((row) => {
    let total = 0;
    for (let i = 0; i < row.length; i += 2) total += (row[i + 1] as number) * (sum[row[i] as number] as number);
    return total;
  });
}

async function ledgerOf(whose: string, { store }: Parties["leader"]): Promise<Ledger> {
  const budgets = await store.read((rows) => rows.budgets());
  const epochs = budgets.map(({ epoch, spent, cap }) => ({
    epoch,
    spent: Number(spent) / 1e9,
    cap: Number(cap) / 1e9,
  }));
  return { whose, epochs: epochs.sort((a, b) => (a.epoch < b.epoch ? -1 : 1)) };
}
