// What every benchmark shares: the shape of a row, the floors a run must reach, and timing that compares fairly on a machine
// with other work: contenders take turns in short batches, and what counts is the median over the turns.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * One line of a result. A ratio says how many times as fast as the peer we are, whatever the unit; of errors, our error over the
 * peer's.
 */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** peer-absent: a peer of this row could not run here, and its figures are left out. data-absent: nothing was there to measure on. */
  readonly status: "measured" | "peer-absent" | "data-absent";
  readonly peer?: { readonly name: string; readonly value: number };
  readonly ratio?: number;
  readonly native?: { readonly value: number; readonly ratio: number };
  readonly floor?: Floor;
}

/** What `--check` asks of a row: a bound on its value or on its ratio to the peer. */
export interface Floor {
  readonly of: "value" | "ratio";
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Judged only where the peer reached this: below it, the machine was too busy to tell. */
  readonly peerAtLeast?: number;
}

export interface Bench {
  rows(): Promise<readonly Row[]>;
  /** By row name. */
  readonly floors: Readonly<Record<string, Floor>>;
}

/** The rows with their floors written in. */
export function withFloors(rows: readonly Row[], floors: Bench["floors"]): Row[] {
  return rows.map((row) => {
    const floor = floors[row.name];
    return floor === undefined ? row : { ...row, floor };
  });
}

/**
 * One sentence for each missed floor. A ratio to an absent peer is no miss; a row that was promised and is not there, or is
 * not a number, is one.
 */
export function missedFloors(rows: readonly Row[], floors: Bench["floors"]): string[] {
  const missed: string[] = [];
  for (const [name, floor] of Object.entries(floors)) {
    const row = rows.find((candidate) => candidate.name === name);
    const value = row?.[floor.of];
    if (row === undefined) missed.push(`${name}: no such row was measured`);
    else if (row.status === "data-absent") continue;
    else if (value === undefined) {
      if (row.status === "measured") missed.push(`${name}: has no ${floor.of}`);
    } else if (!judged(row, floor)) continue;
    else if (floor.atLeast !== undefined && !(value >= floor.atLeast))
      missed.push(`${name}: ${floor.of} is ${show(value)}, at least ${floor.atLeast} is asked`);
    else if (floor.atMost !== undefined && !(value <= floor.atMost))
      missed.push(`${name}: ${floor.of} is ${show(value)}, at most ${floor.atMost} is asked`);
  }
  return missed;
}

/** Whether the machine let the row show what it asks. */
export function judged(row: Row, { peerAtLeast }: Floor): boolean {
  return peerAtLeast === undefined || row.peer === undefined || row.peer.value >= peerAtLeast;
}

/** Three or four digits that matter, no exponent between 0.001 and ten million. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  if (size !== 0 && size < 0.001) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}

/** Something that can be timed. Returns the seconds that `iterations` repetitions took, measured where the work is done. */
export interface Contender {
  readonly name: string;
  seconds(iterations: number): number | Promise<number>;
  /** Seconds its work has so far stood in line for a processor that was given to others. */
  waited?(): number;
}

/**
 * What Linux says a process stood in line (run delay, proc(5) schedstat), so that it can be taken off: what is left of a turn on
 * a busy machine is what it would have taken on a quiet one. 0 where the system does not say.
 * @param pid only the first thread is asked: a delay of helpers is a delay of its own when it waits for them
 */
export function runDelay(pid: number | "self"): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e9;
  } catch {
    return 0;
  }
}

/** Work of this process's first thread. An asynchronous `work` is awaited each time, one at a time, as a serial caller would. */
export function local(name: string, work: () => unknown): Contender {
  return {
    name,
    waited: () => runDelay("self"),
    async seconds(iterations) {
      const started = process.hrtime.bigint();
      for (let i = 0; i < iterations; i++) {
        const result = work();
        if (result instanceof Promise) await result;
      }
      return Number(process.hrtime.bigint() - started) / 1e9;
    },
  };
}

export interface Timing {
  readonly name: string;
  /** Median seconds of one iteration. */
  readonly seconds: number;
  /** Seconds of one iteration in each round: rounds of different contenders with the same index ran side by side. */
  readonly rounds: readonly number[];
}

export interface TimingOptions {
  /** Turns each contender gets. */
  readonly rounds?: number;
  /** How long one turn should take, in seconds; one iteration at least. */
  readonly turn?: number;
  /** How long each contender runs before anything counts, in seconds; one iteration at least. */
  readonly warmUp?: number;
  /**
   * Share of the turns that count, the fastest of each contender: with many short turns, those that nothing disturbed. For work
   * that hops between threads, where time in line cannot be told from the cost of hopping.
   */
  readonly fastest?: number;
}

/**
 * Times contenders in turns, after a warm-up that also finds how many iterations fill a turn. Garbage goes before each turn.
 * Time in line for a processor is taken off where all contenders know theirs, unless only the fastest turns count.
 */
export async function measure(contenders: readonly Contender[], options: TimingOptions = {}): Promise<Timing[]> {
  const { rounds = 7, turn = 0.1, warmUp = 0.25, fastest } = options;
  const runs: { contender: Contender; iterations: number; rounds: number[] }[] = [];
  for (const contender of contenders)
    runs.push({ contender, iterations: await calibrate(contender, turn, warmUp), rounds: [] });
  const alike = fastest === undefined && contenders.every(({ waited }) => waited !== undefined);
  for (let round = 0; round < rounds; round++)
    for (const { contender, iterations, rounds } of runs) {
      collectGarbage();
      const before = contender.waited?.() ?? 0;
      const seconds = await contender.seconds(iterations);
      const inLine = alike ? (contender.waited?.() ?? 0) - before : 0;
      rounds.push((seconds - Math.min(inLine, IN_LINE_MOST * seconds)) / iterations);
    }
  return runs.map(({ contender: { name }, rounds }) => {
    const kept =
      fastest === undefined ? rounds : rounds.sort((a, b) => a - b).slice(0, Math.ceil(fastest * rounds.length));
    return { name, seconds: median(kept), rounds: kept };
  });
}

/** Of a turn, at most this share can have been waiting: what is left must not be all error. */
const IN_LINE_MOST = 0.95;

/** Runs for about `warmUp` seconds. @returns iterations that take about `turn` seconds */
async function calibrate(contender: Contender, turn: number, warmUp: number): Promise<number> {
  let spent = 0;
  let iterations = 1;
  for (;;) {
    const seconds = await contender.seconds(iterations);
    spent += seconds;
    const each = Math.max(seconds / iterations, 1e-9);
    if (spent >= warmUp) return Math.max(1, Math.round(turn / each));
    iterations = Math.max(1, Math.min(iterations * 4, Math.ceil((warmUp - spent) / each)));
  }
}

/** How many times as fast as `peer` `own` is: the median over the rounds that ran side by side. */
export function speedUp(own: Timing, peer: Timing): number {
  return median(own.rounds.map((seconds, round) => (peer.rounds[round] ?? Number.NaN) / seconds));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

let gc: (() => void) | undefined;

/** A full garbage collection, without asking for a flag on the command line. */
export function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc") as () => void;
  }
  gc();
}
