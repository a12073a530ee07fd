// The stable codes alone: what a device carries of error-registry.ts, which has a row for each.

export const errorCodes = [
  "invalid_message",
  "invalid_argument",
  "invalid_query",
  "invalid_data",
  "invalid_measurement",
  "body_too_large",
  "not_found",
  "unauthorized",
  "verification_failed",
  "report_replayed",
  "batch_collected",
  "batch_overlap",
  "batch_mismatch",
  "invalid_batch_size",
  "task_expired",
  "unknown_task",
  "policy_refused",
  "budget_exhausted",
  "manifest_refused",
  "consent_missing",
  "ledger_behind",
  "unavailable",
  "misconfigured",
  "rate_limited",
  "storage_full",
  "conflict",
  "unsupported",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];
