// What benchmarks promise apart from speed: the shape of their output, what counts as a missed floor, whose turn it is.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  type Contender,
  measure,
  median,
  missedFloors,
  type Row,
  runDelay,
  speedUp,
  withFloors,
} from "../../bench/harness.ts";
import { output } from "../../bench/output.ts";

const fast: Row = {
  name: "fast",
  value: 1200,
  unit: "/s",
  status: "measured",
  peer: { name: "other 1.0", value: 100 },
  ratio: 12,
  native: { value: 2400, ratio: 0.5 },
};
const small: Row = { name: "small", value: 0.5, unit: "MiB", status: "measured" };
const alone: Row = { name: "alone", value: 7, unit: "/s", status: "peer-absent" };
const rows = [fast, small, alone];

describe("missedFloors", () => {
  test("none when every bound holds, bounds included", () => {
    expect(missedFloors(rows, { fast: { of: "ratio", atLeast: 12 }, small: { of: "value", atMost: 0.5 } })).toEqual([]);
  });

  test("names the row, what it reached and what was asked", () => {
    const missed = missedFloors(rows, { fast: { of: "ratio", atLeast: 13 }, small: { of: "value", atMost: 0.25 } });
    expect(missed).toEqual(["fast: ratio is 12, at least 13 is asked", "small: value is 0.5, at most 0.25 is asked"]);
  });

  test("a ratio without its peer is no miss, a value is checked all the same", () => {
    expect(missedFloors(rows, { alone: { of: "ratio", atLeast: 2 } })).toEqual([]);
    expect(missedFloors(rows, { alone: { of: "value", atLeast: 8 } })).toHaveLength(1);
  });

  test("a floor that presumes a peer's figure is judged only where the peer reached it", () => {
    const floor = { of: "value", atLeast: 2000 } as const;
    expect(missedFloors(rows, { fast: { ...floor, peerAtLeast: 101 } })).toEqual([]);
    expect(missedFloors(rows, { fast: { ...floor, peerAtLeast: 100 } })).toHaveLength(1);
    const [row] = withFloors([fast], { fast: { ...floor, peerAtLeast: 101 } });
    expect(output([row as Row], false)).toContain("too busy to judge");
  });

  test("a row that is missing, not a number or without the figure misses", () => {
    expect(missedFloors(rows, { gone: { of: "value", atLeast: 1 } })).toEqual(["gone: no such row was measured"]);
    expect(missedFloors(rows, { small: { of: "ratio", atLeast: 1 } })).toEqual(["small: has no ratio"]);
    const nan = { ...small, value: Number.NaN };
    expect(missedFloors([nan], { small: { of: "value", atMost: 1 } })).toHaveLength(1);
    expect(missedFloors([nan], { small: { of: "value", atLeast: 1 } })).toHaveLength(1);
  });
});

describe("output", () => {
  const results = withFloors(rows, { fast: { of: "ratio", atLeast: 13 } });

  test("one line of JSON with the rows as they are, floors written in", () => {
    const text = output(results, true);
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({ results: [{ ...fast, floor: { of: "ratio", atLeast: 13 } }, small, alone] });
  });

  test("a table that marks missed floors and absent peers", () => {
    const [, first, second, third] = output(results, false).split("\n");
    expect(first).toMatch(/^fast +1,200 +\/s +other 1\.0 100 +12 +2,400 +0\.5 +>= 13x +missed$/);
    expect(second).not.toContain("missed");
    expect(third).toMatch(/peer absent$/);
  });
});

describe("measure", () => {
  /** Claims fixed seconds for an iteration and writes down when it ran. */
  const claiming = (name: string, each: number, log: string[] = []): Contender => ({
    name,
    seconds(iterations) {
      log.push(name);
      return iterations * each;
    },
  });

  test("contenders take turns and are compared round by round", async () => {
    const log: string[] = [];
    const contenders = [claiming("a", 0.25, log), claiming("b", 0.5, log)];
    const [a, b] = await measure(contenders, { rounds: 3, turn: 1, warmUp: 0.5 });
    expect(log.slice(-6)).toEqual(["a", "b", "a", "b", "a", "b"]);
    expect([a?.seconds, b?.seconds]).toEqual([0.25, 0.5]);
    expect(a && b && speedUp(a, b)).toBe(2);
  });

  test("time in line is taken off only where every contender knows its own", async () => {
    let waited = 0;
    const delayed: Contender = {
      name: "delayed",
      waited: () => waited,
      seconds(iterations) {
        waited += iterations * 0.75;
        return iterations;
      },
    };
    const options = { rounds: 3, turn: 1, warmUp: 1 };
    expect((await measure([delayed], options))[0]?.seconds).toBe(0.25);
    expect((await measure([delayed, claiming("other", 1)], options))[0]?.seconds).toBe(1);
    expect(runDelay("self")).toBeGreaterThanOrEqual(0);
    expect(runDelay(2 ** 30)).toBe(0);
  });

  test("only the fastest turns count where that is asked", async () => {
    let turn = 0;
    const uneven: Contender = { name: "uneven", seconds: (iterations) => iterations * ((turn++ % 10) + 1) };
    const [timing] = await measure([uneven], { rounds: 20, turn: 1, warmUp: 1, fastest: 0.1 });
    expect(timing?.rounds).toEqual([1, 1]);
  });

  test("one slow round moves neither the median nor the ratio", () => {
    expect(median([3, 1, 100])).toBe(3);
    expect(median([4, 1, 2, 100])).toBe(3);
    const own = { name: "a", seconds: 1, rounds: [1, 50, 1] };
    const peer = { name: "b", seconds: 3, rounds: [3, 3, 3] };
    expect(speedUp(own, peer)).toBe(3);
  });

  test("work slower than a turn still runs once a turn", async () => {
    const [slow] = await measure([claiming("slow", 9)], { rounds: 1, turn: 0.1, warmUp: 0.1 });
    expect(slow?.rounds).toEqual([9]);
  });
});

test("an unknown benchmark or flag ends with 64 and says what there is", () => {
  for (const word of ["nothing", "--jsn"]) {
    const run = spawnSync(process.execPath, ["--conditions=paceline-source", "bench/run.ts", word], {
      encoding: "utf8",
    });
    expect(run.status).toBe(64);
    expect(run.stderr).toContain(`"${word}"`);
    expect(run.stderr).toContain("prio3");
    expect(run.stdout).toBe("");
  }
});
