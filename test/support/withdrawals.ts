// Reports that a test can take back, at either service, as a device would.
import { expect } from "vitest";
import type { CrashPoint } from "../../src/aggregate/points.ts";
import type { AggregateRows } from "../../src/aggregate/store.ts";
import { call } from "../../src/api/call.ts";
import { withdrawRoute } from "../../src/api/withdraw.ts";
import { toBase64Url, toHex } from "../../src/base/bytes.ts";
import type { Store } from "../../src/ports/store.ts";
import { decodeRelease } from "../../src/task/release.ts";
import type { SealedReport } from "../../src/task/stages.ts";
import { type Cluster, type ClusterOptions, newCluster, noNoise, urls } from "./cluster.ts";
import { contributionOf, newRound, type Round } from "./rounds.ts";

export type Party = keyof typeof urls;
export type Made = Pick<SealedReport, "id" | "bytes" | "secret">;

/** Honest reports of these values, not sent. */
export const make = ({ reporter, manifest }: Round, values: readonly (number | undefined)[]): Promise<Made[]> =>
  Promise.all(values.map((value) => reporter.seal(contributionOf(manifest, value))));

/** Shows a report's secret, or another. @returns whether the service says that the report stands */
export async function withdraw(
  { transport }: Cluster,
  party: Party,
  { text }: Round,
  { secret }: Pick<Made, "secret">,
): Promise<boolean> {
  const body = { secret: toBase64Url(secret) };
  return (await call({ transport, url: urls[party] }, withdrawRoute, { parameters: { task: text }, body })).stands;
}

export const seven = [50, 50, 50, 65, 65, 80, 80];
export const parties: readonly Party[] = ["coordinator", "helper"];
export const storeOf = (cluster: Cluster, party: Party): Store<AggregateRows> =>
  party === "helper" ? cluster.helperStore : cluster.coordinatorStore;

/** A round with reports at the leader, in jobs of so many, and something to do at a crash point. */
export async function setting(
  options: ClusterOptions & { readonly values?: readonly number[]; readonly sent?: boolean } = {},
) {
  const at = new Map<CrashPoint, () => void>();
  const drawn: string[] = [];
  const cluster = newCluster({
    noise: (task, rows) => {
      drawn.push(task.role);
      return noNoise(task, rows);
    },
    passing: (point) => at.get(point)?.(),
    ...options,
  });
  const round = await newRound(cluster);
  const reports = await make(round, options.values ?? seven);
  if (options.sent !== false) for (const { bytes } of reports) expect(await round.send(bytes)).toBeUndefined();
  const stateOf = async (party: Party, { id }: Made) =>
    (await storeOf(cluster, party).transaction((rows) => rows.report(round.id, id)))?.state;
  const verified = async () => {
    for (const party of parties)
      await expect.poll(() => Promise.all(reports.map((one) => stateOf(party, one)))).not.toContain("pending");
    await expect
      .poll(() => Promise.all(reports.map((one) => stateOf("coordinator", one))))
      .not.toContain("aggregating");
  };
  const collect = async () => decodeRelease(await cluster.coordinator.collect(round.id)).values;
  return { cluster, round, reports, at, drawn, stateOf, verified, collect };
}

export const bins = ([first = 0, second = 0, third = 0]: readonly (number | bigint)[]) =>
  [first, second, third].map(Number);

export async function batches(cluster: Cluster, { id }: Round) {
  const both = await Promise.all(parties.map((party) => storeOf(cluster, party).transaction((rows) => rows.batch(id))));
  return both.map((batch) => batch && { count: batch.count, checksum: toHex(batch.checksum) });
}
