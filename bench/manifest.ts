// The task that benchmarks run: a histogram of resting heart rates by age band, 96 cells.
import { toBase64Url } from "../src/base/bytes.ts";
import { HpkeConfig, hpkeConfigOf } from "../src/protocol/dap/hpke-config.ts";
import { planQuery } from "../src/query/plan.ts";
import type { Manifest } from "../src/task/manifest.ts";

export function manifestOf(pairs: Record<"leader" | "helper", { public: Uint8Array }>): Manifest {
  const key = (id: number, publicKey: Uint8Array) => toBase64Url(HpkeConfig.encode(hpkeConfigOf(id, publicKey)));
  const edges = Array.from({ length: 16 }, (_, i) => 35 + 5 * i);
  const bands = ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"];
  const plan = planQuery({
    version: 1,
    name: "bench",
    title: "Benchmark",
    metric: "rhr",
    per: "day",
    daysMin: 7,
    window: { end: "2026-11-15", days: 28 },
    edges,
    groupBy: { attribute: "ageBand", values: bands },
    purpose: "research",
    epsilon: "1",
    minCohort: 50,
  });
  return {
    version: 1,
    ...plan,
    queryHash: "bench",
    trustMode: "two-aggregators",
    upload: { opens: 0, closes: 3600 },
    aggregators: {
      leader: { url: "http://leader.bench", hpke: key(1, pairs.leader.public) },
      helper: { url: "http://helper.bench", hpke: key(2, pairs.helper.public) },
    },
  };
}
