// Reports taken back at any step, at either aggregator or both, while calls fail at any named point: what is released is the sum of
// those that nobody was told are out, and both aggregators agree on them.
import fc from "fast-check";
import { expect } from "vitest";
import { isPacelineError, PacelineError } from "../../src/base/errors.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster } from "../support/cluster.ts";
import { newRound } from "../support/rounds.ts";
import { batches, bins, make, type Party, withdraw } from "../support/withdrawals.ts";

const REPORTS = 12;
/** As many named points are passed along the way, at least. */
const STEPS = 40;

const step = fc.integer({ min: 0, max: STEPS });
const life = fc.record({
  bin: fc.integer({ min: 0, max: 2 }),
  /** When it is taken back, in points passed; never by most. */
  taken: fc.option(fc.record({ at: step, where: fc.constantFrom<Party | "both">("coordinator", "helper", "both") }), {
    // One of two.
    freq: 2,
    nil: undefined,
  }),
});
const story = fc.record({
  lives: fc.array(life, { minLength: REPORTS, maxLength: REPORTS }),
  crashes: fc.uniqueArray(step, { maxLength: 3 }),
  jobReports: fc.constantFrom(1, 4, REPORTS),
});

export async function withdrawAnywhere(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(story, async ({ lives, crashes, jobReports }) => {
      let passed = -1;
      const drawn: string[] = [];
      /** What each was told: by either aggregator. */
      const told = lives.map((): (boolean | "?")[] => []);
      const running: Promise<void>[] = [];
      const begin = (i: number, where: Party) => {
        const one = reports[i];
        if (one === undefined) return;
        const said = withdraw(cluster, where, round, one).then(
          (stands) => void told[i]?.push(stands),
          () => void told[i]?.push("?"),
        );
        running.push(said);
      };
      const cluster = newCluster({
        terms: { jobReports },
        noise: (task, rows) => {
          drawn.push(task.role);
          return new Array<bigint>(rows).fill(0n);
        },
        passing: () => {
          passed += 1;
          lives.forEach(({ taken }, i) => {
            if (taken?.at !== passed) return;
            for (const where of taken.where === "both" ? (["coordinator", "helper"] as const) : [taken.where])
              begin(i, where);
          });
          if (crashes.includes(passed)) throw new PacelineError("unavailable", "crashed here");
        },
      });
      passed = -1_000_000;
      const round = await newRound(cluster);
      const reports = await make(
        round,
        lives.map(({ bin }) => [50, 65, 80][bin]),
      );
      passed = -1;
      for (const { bytes } of reports) await again(() => round.send(bytes));
      let release: Uint8Array | undefined;
      try {
        release = await again(() => cluster.coordinator.collect(round.id));
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid_batch_size" });
      }
      await Promise.all(running);
      if (release === undefined) {
        expect([drawn, await batches(cluster, round)]).toEqual([[], [undefined, undefined]]);
        return;
      }
      const values = bins(decodeRelease(release).values.map(Number));
      const count = (wanted: (said: readonly (boolean | "?")[]) => boolean) =>
        [0, 1, 2].map((bin) => lives.filter((one, i) => one.bin === bin && wanted(told[i] ?? [])).length);
      // In: whoever took nothing back. Out: whoever was told so, by either. The rest was told that it stands, or nothing.
      const [least, most] = [count((said) => said.length === 0), count((said) => !said.includes(false))];
      values.forEach((value, bin) => {
        expect(value).toBeGreaterThanOrEqual(least[bin] as number);
        expect(value).toBeLessThanOrEqual(most[bin] as number);
      });
      const [leader, helper] = await batches(cluster, round);
      expect(helper).toEqual(leader);
      expect(values.reduce((sum, n) => sum + n, 0)).toBe(leader?.count);
      // What was drawn in a transaction that failed was never stored, and never left.
      if (crashes.length === 0) expect(drawn.sort()).toEqual(["helper", "leader"]);
    }),
    { numRuns },
  );
}

/** As phones and analysts do: after a failure, the same again. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 8; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "unavailable") throw error;
    }
  }
}
