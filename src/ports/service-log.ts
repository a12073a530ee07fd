// What a service writes into its log: each line has one of these names, for whoever filters and alerts. Names stay; words may change.
const events = [
  "clock.ahead",
  "jobs.parked",
  "jobs.retried",
  "jobs.split",
  "key.destroyed",
  "ledger.behind",
  "log.shortened",
  "log.writable",
  "partner.unwell",
  "plain.recalled",
  "plain.served",
  "reports.dropped",
  "reports.late",
  "request.failed",
  "reservations.failed",
  "settings.changed",
  "tasks.expired",
  "streams.ended",
  "tokens.retired",
  "training.failed",
  "values.resealed",
  "work.failed",
] as const;
export const logEvents: readonly LogEvent[] = events;
export type LogEvent = (typeof events)[number];

/** Beside the words: a number, a code of the error registry, the name of a background work. Nothing that a caller chose. */
export type LogFields = Readonly<Partial<Record<"code" | "count" | "work", string | number>>>;

/** Writes one line; never a body, a token or an id of a report. */
export type ServiceLog = (line: string, event: LogEvent, fields?: LogFields) => void;
