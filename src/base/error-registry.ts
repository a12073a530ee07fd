// One row for every stable code: the class of trouble gives the CLI's exit code, `status` is the HTTP status a service
// answers with. docs/errors.md has an anchor for each. Devices carry the codes alone (error-codes.ts).

import type { ErrorCode } from "./error-codes.ts";

export interface ErrorClass {
  /** HTTP */
  readonly status: number;
  /** sysexits.h */
  readonly exit: number;
  readonly title: string;
}

const registry = {
  // what was sent or typed is wrong
  invalid_message: { status: 400, exit: 65, title: "The message does not decode" },
  invalid_argument: { status: 400, exit: 64, title: "An argument is outside its allowed range" },
  invalid_query: { status: 400, exit: 65, title: "The query cannot be planned" },
  invalid_data: { status: 400, exit: 65, title: "The data file cannot be read" },
  invalid_measurement: { status: 400, exit: 65, title: "The measurement is outside what the circuit accepts" },
  body_too_large: { status: 413, exit: 65, title: "The body is larger than the limit" },
  not_found: { status: 404, exit: 66, title: "There is no such thing here" },
  unauthorized: { status: 401, exit: 77, title: "The caller did not prove who it is" },
  // refusals: nothing is broken, a rule said no
  verification_failed: { status: 400, exit: 76, title: "A proof or ciphertext does not verify" },
  report_replayed: { status: 400, exit: 76, title: "This report was already counted" },
  batch_collected: { status: 400, exit: 76, title: "This batch is already collected" },
  batch_overlap: { status: 400, exit: 76, title: "The batch overlaps one that was collected" },
  batch_mismatch: { status: 400, exit: 76, title: "The aggregators do not hold the same reports" },
  invalid_batch_size: { status: 400, exit: 76, title: "The batch is smaller than the task's minimum" },
  task_expired: { status: 400, exit: 76, title: "The task takes no more reports" },
  unknown_task: { status: 404, exit: 76, title: "The task is not known here" },
  policy_refused: { status: 403, exit: 76, title: "The aggregator's own policy refuses the task" },
  budget_exhausted: { status: 403, exit: 76, title: "The privacy budget does not cover it" },
  manifest_refused: { status: 403, exit: 76, title: "The device refuses the manifest" },
  consent_missing: { status: 403, exit: 76, title: "The member has not consented to this purpose" },
  ledger_behind: { status: 503, exit: 76, title: "A ledger is older than one that was shown before" },
  round_aborted: { status: 409, exit: 75, title: "The round ended without a sum" },
  // trouble
  unavailable: { status: 503, exit: 75, title: "A service did not answer" },
  misconfigured: { status: 502, exit: 78, title: "The services' configurations do not fit together" },
  rate_limited: { status: 429, exit: 75, title: "More came than is taken at a time" },
  storage_full: { status: 507, exit: 74, title: "There is no room to store it" },
  conflict: { status: 409, exit: 75, title: "The state does not allow this now" },
  unsupported: { status: 501, exit: 78, title: "This engine or option is not available here" },
  internal: { status: 500, exit: 70, title: "A bug in Paceline" },
} as const satisfies Readonly<Record<ErrorCode, ErrorClass>>;

export function classOf({ code }: { readonly code: ErrorCode }): ErrorClass {
  return registry[code];
}
