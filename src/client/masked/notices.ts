// Masked rounds that this device would join, or is in and has not told anything of its days yet, in plain words made here from their
// signed manifests: what such a round is, who sees what, what it does not protect from and what it costs. Loaded where there are any.
import { fromBase64Url } from "../../base/bytes.ts";
import { formatDay } from "../../base/calendar.ts";
import { checkMasked } from "../../learning/masked/check.ts";
import { roundCounts } from "../../learning/masked/counts.ts";
import { decodeMaskedManifest, type MaskedManifest } from "../../task/masked/manifest.ts";
import { dayOf, epsilonOf, type Notice } from "../notices/notice.ts";
import { learntFrom } from "../notices/told.ts";
import type { Words } from "../notices/words.ts";
import type { Settings } from "../options.ts";
import { keys, type Participation, readAll, readJson } from "../state.ts";
import { NOTHING_YET } from "./join.ts";
import { type InvitedRow, invitedKey, type MaskedRow, maskedKey, type RoundRow } from "./rows.ts";

type Own = Pick<Settings, "store" | "platform" | "rhoPerEpoch">;

export async function maskedNotices(settings: Own, words: Words): Promise<readonly Notice[]> {
  const { store, platform } = settings;
  const notices: Notice[] = [];
  const add = ({ task, envelope, ...of }: NoticedRow) => {
    const manifest = decodeMaskedManifest(fromBase64Url(envelope.manifest));
    const { question, purpose, rho, joining } = manifest;
    const [answersAt, closesAt] = of.due === undefined ? [joining.closes, joining.ends] : [of.due, joining.closes];
    if (platform.clock.now() >= closesAt * 1000) return;
    const says = maskedSentences(manifest, words, { ...settings, members: of.members ?? undefined });
    const times = { answersAt: answersAt * 1000, closesAt: closesAt * 1000 };
    notices.push({ task, purpose, question, says, ...times, rho: Number(rho) / 1e9 });
  };
  for (const row of await readAll<InvitedRow>(store, invitedKey(""))) add(row);
  for (const row of await readAll<RoundRow>(store, maskedKey("")))
    if ("state" in row && (await isUntold(store, row))) add(row);
  return notices;
}

/** Waiting to be joined, with its moment; or joined, and maybe with its members. */
type NoticedRow = Pick<MaskedRow, "task" | "envelope"> & Partial<Pick<InvitedRow, "due"> & Pick<MaskedRow, "members">>;

/** Whether the vector is not made yet: until then it can be kept from leaving. */
async function isUntold(store: Own["store"], { task }: MaskedRow): Promise<boolean> {
  return (await readJson<Participation>(store, keys.participation(task)))?.what === NOTHING_YET;
}

/**
 * @param manifest checked before: it waits, or the device is in it
 * @param members of the round, once they are known; the smallest round's counts are told before
 */
export function maskedSentences(
  manifest: MaskedManifest,
  words: Words,
  { rhoPerEpoch, members }: { readonly rhoPerEpoch: bigint; readonly members?: number | undefined },
): readonly string[] {
  const { training, range } = checkMasked(manifest);
  const { window, joining, purpose, coordinator } = manifest;
  const { sharing } = training;
  const counts = roundCounts(sharing, members ?? sharing.least);
  const rho = BigInt(manifest.rho);
  // A member alone has its own share of the noise: at worst that of the round with the most shares.
  const alone = rho * BigInt(members === undefined ? range.honestMost : counts.honest);
  const host = (url: string) => new URL(url).host;
  return [
    words.purpose(purpose),
    words.model(learntFrom(manifest, words)),
    words.days(formatDay(window.start), formatDay(window.end - 1)),
    words.masked.hidden(counts.survivors),
    words.masked.seen(host(coordinator.url), host(sharing.registrar.url)),
    words.masked.unprotected(counts.corrupt, counts.members, epsilonOf(alone)),
    words.loss(epsilonOf(rho)),
    words.masked.cost(Math.ceil(Number((rho * 1000n) / rhoPerEpoch) / 10)),
    words.until(dayOf(joining.closes)),
    words.masked.lasts(dayOf(joining.ends)),
    words.masked.back,
    words.no,
  ];
}
