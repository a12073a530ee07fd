// The task that benchmarks run: a histogram of resting heart rates by age band, 90 cells.
import { toBase64Url } from "../src/base/bytes.ts";
import { encodeStatistics } from "../src/contribution/statistics.ts";
import { HpkeConfig, hpkeConfigOf } from "../src/protocol/dap/hpke-config.ts";
import { inlinePlanner } from "../src/query/planner.ts";
import type { Member } from "../src/records/types.ts";
import { MANIFEST_VERSION, type Manifest } from "../src/task/manifest.ts";
import { noOperator } from "../src/task/metrics/definition.ts";
import type { Contribution } from "../src/task/stages.ts";

/** What it asks. */
export const question = {
  version: 2,
  name: "bench",
  select: [
    {
      statistic: "histogram",
      of: { formula: "rhr" },
      edges: Array.from({ length: 16 }, (_, i) => 35 + 5 * i),
    },
  ],
  groupBy: [{ attribute: "ageBand" }],
  window: { days: 28, end: "2026-11-15" },
  daysMin: 7,
  purpose: "research",
  privacy: { epsilon: "1" },
  minCohort: 50,
};

/** Unix seconds at which the task is answered. */
export const NOW = 20_800 * 86_400;

export async function manifestOf(pairs: Record<"leader" | "helper", { public: Uint8Array }>): Promise<Manifest> {
  const key = (id: number, publicKey: Uint8Array) => toBase64Url(HpkeConfig.encode(hpkeConfigOf(id, publicKey)));
  const defaults = { today: 20_800, minCohort: 50, privacy: { epsilon: "1" }, purpose: "research" };
  const { plan } = await inlinePlanner.plan(question, { operator: noOperator, defaults });
  return {
    version: MANIFEST_VERSION,
    ...plan,
    queryHash: "bench",
    trustMode: "two-aggregators",
    upload: { opens: NOW, closes: NOW + 3600 },
    aggregators: {
      leader: { url: "http://leader.bench", hpke: key(1, pairs.leader.public) },
      helper: { url: "http://helper.bench", hpke: key(2, pairs.helper.public) },
    },
  };
}

/** A member's answer to that task. */
export function contributionOf({ source, encoder, window }: Manifest, member: Member): Contribution {
  if (source.kind !== "statistics" || encoder.kind !== "product") throw new Error("the task asks for a histogram");
  return encodeStatistics(member, source, encoder, window);
}
