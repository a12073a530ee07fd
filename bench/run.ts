// npm run -s bench -- [NAME…] [--json] [--check]: runs benchmarks, all of them but the longest when none is named.
// --json prints {"results": [Row]}; --check ends with 1 when a floor is missed, and says which. Unknown words end with 64.
import { type Bench, missedFloors, type Row, withFloors } from "./harness.ts";
import { output } from "./output.ts";

/** Loaded when they run: each brings peers along. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  prio3: async () => (await import("./prio3/bench.ts")).prio3Bench,
  privacy: async () => (await import("./privacy.ts")).privacyBench,
  "privacy-samplers": async () => (await import("./privacy-samplers.ts")).samplersBench,
  "prio3-limits": async () => (await import("./prio3/limits.ts")).limitsBench,
  utility: async () => (await import("./utility.ts")).utilityBench,
  "main-job": async () => (await import("./main-job/bench.ts")).mainJobBench,
  scale: async () => (await import("./scale.ts")).scaleBench,
  services: async () => (await import("./ingest/million.ts")).servicesBench,
  "services-million": async () => (await import("./ingest/million.ts")).millionBench,
  replicas: async () => (await import("./ingest/replicas.ts")).replicasBench,
  ingest: async () => (await import("./ingest/bench.ts")).ingestBench,
  secagg: async () => (await import("./secagg.ts")).secaggBench,
  learning: async () => (await import("./learning/bench.ts")).learningBench,
  client: async () => (await import("./client.ts")).clientBench,
};

/** Only when it is named. */
const asked = new Set(["services-million", "replicas"]);
const flags = ["--json", "--check"];
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const unknown = words.find((word) => !flags.includes(word) && !Object.hasOwn(benches, word));
if (unknown !== undefined) {
  process.stderr.write(
    `bench: nothing is called "${unknown}"; there is ${Object.keys(benches).join(", ")} and ${flags.join(", ")}\n`,
  );
  process.exitCode = 64;
} else await run(names.length === 0 ? Object.keys(benches).filter((name) => !asked.has(name)) : names);

async function run(chosen: readonly string[]): Promise<void> {
  const results: Row[] = [];
  const missed: string[] = [];
  for (const name of chosen) {
    const bench = (await benches[name]?.()) as Bench;
    const rows = await bench.rows();
    results.push(...withFloors(rows, bench.floors));
    missed.push(...missedFloors(rows, bench.floors));
  }
  process.stdout.write(output(results, words.includes("--json")));
  if (!words.includes("--check")) return;
  for (const sentence of missed) process.stderr.write(`bench: floor missed: ${sentence}\n`);
  if (missed.length > 0) process.exitCode = 1;
}
