// What the room shows to whoever comes without an address.

export const defaults = {
  sql: "SELECT MEDIAN(rhr) FROM member_week GROUP BY ageBand",
  epsilon: "1",
  members: "1000",
  /** Wanted half-width, for the solver. */
  error: "",
  runs: "200",
  seed: "paceline",
  /** None: as many as the machine has. */
  threads: "",
  /** Which number of the study is shown in full. */
  cell: "0",
} as const;
