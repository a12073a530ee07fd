// What both databases give of a report, and the report that it is.
import type { ReportRow, ReportState } from "./aggregate.ts";

export interface WholeRow {
  readonly id: Uint8Array;
  readonly state: string;
  readonly error: bigint | null;
  readonly upload: Uint8Array | null;
  readonly output_share: Uint8Array | null;
}

export const reportOf = (task: Uint8Array, { id, state, error, upload, output_share }: WholeRow): ReportRow => ({
  task,
  id,
  state: state as ReportState,
  error: error === null ? null : Number(error),
  upload,
  outputShare: output_share,
});

/** Of an accepted report; `seq` is the order in which reports came. */
export interface AcceptedRow {
  readonly seq: bigint;
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}
