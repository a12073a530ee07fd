// What the room's address says.
import { fieldsOf } from "../shell/state.ts";

export const defaults = {
  sql: "SELECT MEDIAN(rhr) FROM member_week GROUP BY ageBand",
  epsilon: "1",
  members: "1000",
  /** Wanted half-width, for the solver. */
  error: "",
  runs: "200",
  seed: "paceline",
  /** Which number of the study is shown in full. */
  cell: "0",
} as const;

export const fields = () => fieldsOf("accuracy", defaults);
export type AccuracyFields = ReturnType<typeof fields>;

export const EPSILON_SCALE = [
  "0.05",
  "0.1",
  "0.15",
  "0.2",
  "0.3",
  "0.4",
  "0.5",
  "0.7",
  "1",
  "1.5",
  "2",
  "3",
  "4",
  "5",
  "7",
  "10",
];
export const MEMBER_SCALE = [
  "50",
  "100",
  "200",
  "300",
  "500",
  "700",
  "1000",
  "2000",
  "3000",
  "5000",
  "10000",
  "20000",
  "50000",
  "100000",
];
