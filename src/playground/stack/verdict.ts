// A phone's side for one report, and what became of a report at either aggregator.
import { encodeStatistics } from "../../contribution/statistics.ts";
import { ReportError } from "../../protocol/dap/basics.ts";
import type { Member } from "../../records/types.ts";
import { newReporter } from "../../report/seal.ts";
import { openEnvelope } from "../../task/envelope.ts";
import type { Asked, Parties } from "./asking.ts";
import { crypto, entropy } from "./party.ts";

/** As the phone does it: signatures first, then one bounded answer, sealed. */
export async function sealFor({ leader, helper }: Parties, { envelope }: Asked, member: Member): Promise<Uint8Array> {
  const pinned = { register: leader.signing.public, helper: helper.signing.public };
  const signed = await openEnvelope(crypto, envelope, pinned);
  const { source, encoder, window } = signed.manifest;
  if (source.kind !== "statistics" || encoder.kind !== "product") throw new Error("the page asks for statistics");
  const reporter = await newReporter({ crypto, entropy }, signed);
  return (await reporter.seal(encodeStatistics(member, source, encoder, window))).bytes;
}

/** @returns how a report ended at the coordinator, and at whom it failed */
export async function sharedVerdict(
  { parties: { leader } }: { readonly parties: Parties },
  { leader: task }: Asked,
  id: Uint8Array,
) {
  const row = await leader.store.read((rows) => rows.report(task.dap.id, id));
  if (row?.state === "accepted") return { held: false, by: "nobody", says: "it was counted" };
  const error = row?.error === null || row?.error === undefined ? "?" : ReportError.decode(Uint8Array.of(row.error));
  const why = error === "hpke_decrypt_error" ? "the ciphertext no longer authenticates" : "its proof does not hold";
  return { held: true, by: "the helper", says: `${why}: the report is in no sum [${error}]` };
}
