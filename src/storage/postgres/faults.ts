// What PostgreSQL and the way to it report about machines and rights, as errors of Paceline. Values of rows stand in an
// error's `detail`, which goes nowhere.
import { type ErrorCode, isPacelineError, PacelineError } from "../../base/errors.ts";

interface Fault {
  readonly code: ErrorCode;
  readonly says: string;
  readonly hint?: string;
}

const away: Fault = {
  code: "unavailable",
  says: "the database does not answer",
  hint: "Whatever was asked may be asked again: nothing counts twice.",
};
const refused: Fault = {
  code: "misconfigured",
  says: "the database lets this service not in",
  hint: "Look at user, password and database of its URL, and at pg_hba.conf. The role has to own the database.",
};
const damaged: Fault = {
  code: "unavailable",
  says: "the database is damaged",
  hint: "Stop the service, and restore the newest backup.",
};
const full: Fault = {
  code: "storage_full",
  says: "the database has no room to grow: its disk is full",
  hint: "Nothing of this was stored. Make room on the disk of the database; the service goes on by itself.",
};
/** In the midst of commits: what they stored, nobody knows before it has come up again. */
const panicked: Fault = {
  code: "unavailable",
  says: "the server of the database has ended itself",
  hint: "Its log says why: its disk has no room, or failed. It may start by itself, or wait for its operator; then the service goes on by itself. Whatever was asked may be asked again: nothing counts twice.",
};
const busy: Fault = { code: "unavailable", says: "other transactions keep the database busy" };
const standby: Fault = {
  code: "unavailable",
  says: "the database is read-only now",
  hint: "Is it a standby? The URL has to lead to the primary.",
};

/** By SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html) or its class, and by what Node says of the way. */
const faults: Readonly<Record<string, Fault>> = {
  "08": away,
  "28": refused,
  "3D": refused,
  "42501": refused,
  "53": { ...away, says: "the database has no resources left" },
  "53100": full,
  "57": away,
  "58": { code: "unavailable", says: "the database's disk failed", hint: "Look at the log of its server." },
  XX001: damaged,
  XX002: damaged,
  "40": busy,
  "55P03": busy,
  "25006": standby,
  ECONNREFUSED: away,
  ECONNRESET: away,
  EPIPE: away,
  ENOENT: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  ETIMEDOUT: away,
  EHOSTUNREACH: away,
  ENETUNREACH: away,
};

/** What the driver says without a code. */
const MESSAGES =
  /^Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** Errors about the server or the way to it become ones that say what to do; a broken rule of a table stays a bug. */
export function storageError(error: unknown): unknown {
  if (isPacelineError(error) || !(error instanceof Error)) return error;
  const code = String((error as { code?: unknown }).code ?? "");
  const { severity } = error as { severity?: unknown };
  const fault =
    severity === "PANIC"
      ? panicked
      : (faults[code] ?? faults[code.slice(0, 2)] ?? (MESSAGES.test(error.message) ? away : undefined));
  if (fault !== undefined) return asError(fault, error);
  if (isAboutTls(code, error.message))
    return asError({ code: "misconfigured", says: "the database did not prove who it is" }, error);
  return error;
}

const isAboutTls = (code: string, message: string): boolean =>
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code) || /does not support SSL/.test(message);

function asError({ code, says, hint }: Fault, cause: Error): PacelineError {
  return new PacelineError(code, `${says}: ${cause.message}`, { cause, ...(hint === undefined ? {} : { hint }) });
}
