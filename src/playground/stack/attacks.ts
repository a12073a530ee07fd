// What somebody hostile may try, by the same code: who refuses and why, or what is then lost.
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { HpkeConfig, hpkeConfigOf } from "../../protocol/dap/hpke-config.ts";
import { Report } from "../../protocol/dap/report.ts";
import { memoryMark } from "../../storage/memory/index.ts";
import { openEnvelope, sealEnvelope, signManifest } from "../../task/envelope.ts";
import { encodeManifest } from "../../task/manifest.ts";
import { openBoth, upload, verifyAll } from "./aggregating.ts";
import { ask } from "./asking.ts";
import { crypto, exchangeHeads, newParty, openLedger } from "./party.ts";
import { sealFor, sharedVerdict } from "./verdict.ts";
import type { World } from "./world.ts";

export interface Verdict {
  readonly held: boolean;
  /** Who refused. */
  readonly by: string;
  readonly says: string;
}

type Attack = (world: World) => Promise<Verdict>;

const attacks = {
  /** A report on its way is changed by one bit, in the half that is for the helper. */
  async flip(world) {
    const fresh = await freshTask(world, "0.05");
    const report = Report.decode(fresh.report);
    const payload = Uint8Array.from(report.helperShare.payload);
    payload[7] = (payload[7] ?? 0) ^ 1;
    const flipped = Report.encode({ ...report, helperShare: { ...report.helperShare, payload } });
    const refused = await upload(world.parties, fresh.asked, flipped);
    if (refused !== undefined) return { held: true, by: "the coordinator", says: refused };
    await verifyAll(world.parties, fresh.asked, () => undefined);
    return await sharedVerdict(world, fresh.asked, report.metadata.reportId);
  },
  /** A report that was taken is sent again. */
  async replay(world) {
    const { asked, report } = await freshTask(world, "0.04");
    const first = await upload(world.parties, asked, report);
    const refused = await upload(world.parties, asked, report);
    if (first !== undefined || refused === undefined) return { held: false, by: "nobody", says: "it was taken twice" };
    return { held: true, by: "the coordinator", says: `one id is one report: the second is not taken [${refused}]` };
  },
  /** One more question, dearer than what is left; then the same from a coordinator that ignores its own ledger. */
  async overAsk({ parties: { leader, helper } }) {
    const sql = "SELECT HISTOGRAM(steps, 10) FROM member_week";
    const honest = await refusalOf(() => ask({ leader, helper }, sql, "2"));
    const caps = { whose: "coordinator", epoch: 10n ** 12n, year: 10n ** 12n } as const;
    const liar = { ...(await newParty("leader", 1)), caps };
    const lying = await refusalOf(() => ask({ leader: liar, helper }, sql, "2"));
    if (honest === undefined || lying === undefined)
      return { held: false, by: "nobody", says: "the question was asked" };
    return {
      held: true,
      by: "both ledgers, each for itself",
      says: `${honest}. And where the coordinator ignores its own: ${lying}`,
    };
  },
  /** The coordinator puts a key of its own in the helper's place, and signs anew: it has only its own signing key. */
  async swapKey({ parties: { leader, helper }, asked }) {
    const own = await newParty("helper", 2);
    const hpke = toBase64Url(HpkeConfig.encode(hpkeConfigOf(2, own.hpke.pair.public)));
    const { aggregators } = asked.manifest;
    const bytes = encodeManifest({
      ...asked.manifest,
      aggregators: { ...aggregators, helper: { ...aggregators.helper, hpke } },
    });
    const envelope = sealEnvelope(
      bytes,
      await signManifest(leader.signer, "register", bytes),
      fromBase64Url(asked.envelope.helper),
    );
    const pinned = { register: leader.signing.public, helper: helper.signing.public };
    const refused = await refusalOf(() => openEnvelope(crypto, envelope, pinned));
    return refused === undefined
      ? { held: false, by: "nobody", says: "a phone would have answered" }
      : { held: true, by: "every phone", says: refused };
  },
  /** The coordinator copies its database, asks once more, and restores the copy: to spend the same budget again. */
  async restore(world) {
    const { leader, helper } = world.parties;
    const [older, olderMark] = [await leader.database.copy(), await leader.mark.read()];
    // Another question each time: one that was asked already costs nothing.
    const { length } = await leader.store.read((rows) => rows.events());
    await freshTask(world, `${0.02 + length / 100_000}`);
    const beside = openLedger("coordinator", leader.signer, leader.mark, await older.copy());
    await beside.open();
    const marked = await refusalOf(async () => beside.checkOwn());
    // And where the mark of that time is restored with it, so that nothing of its own contradicts.
    const restored = openLedger("coordinator", leader.signer, memoryMark(olderMark), older);
    await restored.open();
    const alone = await refusalOf(async () => restored.checkOwn());
    await restored.take(await helper.ledger.show());
    const shown = await refusalOf(async () => restored.checkOwn());
    // And where the coordinator is told so and does not care.
    await helper.ledger.take(await restored.show());
    const held = await refusalOf(async () => helper.ledger.checkBoth());
    await exchangeHeads(leader, helper);
    if (alone !== undefined || marked === undefined || shown === undefined || held === undefined)
      return { held: false, by: "nobody", says: "the old ledger serves" };
    return {
      held: true,
      by: "its own mark, and then the helper",
      says: `${marked}. With the mark of that time: ${shown}. And where the coordinator does not care: ${held}`,
    };
  },
  /** Both organisations put their secret keys together. */
  async collude({ parties: { leader, helper }, asked, reports, members }) {
    const at = reports.findIndex(({ isNull }) => !isNull);
    const report = reports[at];
    if (report === undefined) return { held: true, by: "chance", says: "nobody had anything to say" };
    const sum = await openBoth(leader, helper, asked, report.bytes);
    const same = sum.every((value, column) => Number(value) === report.vector[column]);
    const told = sum.flatMap((value, column) => (value === 0n ? [] : [`number ${column + 1} is ${value}`]));
    return {
      held: !same,
      by: "nobody: this is what the two promise not to do",
      says: `The answer of ${members[at]?.id.slice(0, 13) ?? "a member"} is open: ${told.length === 0 ? "all its numbers are 0" : `${told.join(", ")}, of ${sum.length}`}. That is all it was asked for: no day and no other value has ever left the phone.`,
    };
  },
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;

export async function attack(world: World, name: AttackName): Promise<Verdict> {
  return await attacks[name](world);
}

/** In words, with its code; undefined where nothing is refused. */
async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return `${error.message} [${error.code}]`;
  }
}

/** Another small question of the same parties, with one report that has not been sent. */
async function freshTask({ parties, members: [member] }: World, epsilon: string) {
  const asked = await ask(parties, "SELECT COUNT(*) FROM member_week WINDOW LAST 1 WEEKS", epsilon);
  return { asked, report: await sealFor(parties, asked, member ?? fail("internal", "there are members")) };
}
