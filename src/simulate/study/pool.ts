// Members as what they add to a plan's released integers: the device's own encoding and the plan's own map, once a member, so
// that a run is no more than a sum over whom it drew. Adding mapped contributions up is what the aggregators do, in shares.
import { encodeStatistics } from "../../contribution/statistics.ts";
import type { Member } from "../../records/types.ts";
import { type MatrixMap, rowCount, rowsOf } from "../../task/linear-map.ts";
import type { PlannedTask } from "../../task/manifest.ts";
import { registryOf } from "../../task/metrics/definition.ts";

/** Plain data: it crosses to a thread. */
export interface Pool {
  readonly members: number;
  /** Of these, who have something to say to this question. */
  readonly contributors: number;
  /** Released integers. */
  readonly rows: number;
  /** Member i adds `adds[k]` to row `at[k]`, for k from `starts[i]` to below `starts[i + 1]`. */
  readonly starts: Uint32Array;
  readonly at: Uint16Array;
  readonly adds: Float64Array;
}

export type StudiedPlan = Pick<PlannedTask, "name" | "source" | "encoder" | "map" | "noise" | "window" | "definitions">;

/** @param plan of statistics: another kind of plan has no members in its pool */
export function poolOf(members: readonly Member[], plan: StudiedPlan): Pool {
  const { source, encoder, map, window } = plan;
  const registry = registryOf(plan);
  const starts = new Uint32Array(members.length + 1);
  const [at, adds]: [number[], number[]] = [[], []];
  const rowsOfColumn = transposed(rowsOf(map), map.columns);
  let contributors = 0;
  for (const [index, member] of members.entries()) {
    if (source.kind === "statistics" && encoder.kind === "product") {
      const { vector, isNull } = encodeStatistics(member, source, encoder, window, registry);
      if (!isNull) contributors += 1;
      const sums = new Map<number, number>();
      for (const [column, integer] of vector.entries())
        if (integer !== 0)
          for (const [row, factor] of rowsOfColumn[column] ?? [])
            sums.set(row, (sums.get(row) ?? 0) + factor * integer);
      for (const [row, sum] of sums) {
        if (sum === 0) continue;
        at.push(row);
        adds.push(sum);
      }
    }
    starts[index + 1] = at.length;
  }
  return {
    members: members.length,
    contributors,
    rows: rowCount(map),
    starts,
    at: Uint16Array.from(at),
    adds: Float64Array.from(adds),
  };
}

/** The sum over everybody in the pool, each once. */
export function sumOfPool({ rows, at, adds }: Pool): number[] {
  const sums = new Array<number>(rows).fill(0);
  for (const [k, row] of at.entries()) sums[row] = (sums[row] as number) + (adds[k] as number);
  return sums;
}

function transposed(rows: MatrixMap["rows"], columns: number): readonly (readonly [number, number][])[] {
  const byColumn = Array.from({ length: columns }, (): [number, number][] => []);
  for (const [index, row] of rows.entries())
    for (let i = 0; i < row.length; i += 2) byColumn[row[i] as number]?.push([index, row[i + 1] as number]);
  return byColumn;
}
