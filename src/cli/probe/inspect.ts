// Looking into the services' own files, as their operators could: what became of reports, and what a canary search sees.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ReportError } from "../../protocol/dap/basics.ts";
import type { Service } from "../local/services.ts";

export interface ReportTally {
  readonly accepted: number;
  readonly rejected: number;
}

/** Reports by their state, over all tasks of an aggregator. */
export function reportTally({ database }: Service): ReportTally {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    const rows = db.prepare("select state, count(*) as n from report group by state").all() as {
      state: string;
      n: number;
    }[];
    const count = (state: string) => rows.find((row) => row.state === state)?.n ?? 0;
    return { accepted: count("accepted"), rejected: count("rejected") };
  } finally {
    db.close();
  }
}

/** Why an aggregator rejected a report, or undefined when it has no such rejected report. */
export function rejection({ database }: Service, id: Uint8Array): string | undefined {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    const row = db.prepare("select error from report where id = ? and state = 'rejected'").get(id) as
      | { error: number }
      | undefined;
    return row === undefined ? undefined : String(ReportError.decode(Uint8Array.of(row.error)));
  } finally {
    db.close();
  }
}

/** Every byte a service wrote: its database with the log of it, and its own log. */
export function writtenBytes({ database, log }: Service): Uint8Array[] {
  return [database, `${database}-wal`, log].filter((path) => existsSync(path)).map((path) => readFileSync(path));
}

/** The body of an upload among captured bytes, found by the digest that the phone's own log has of it. */
export function capturedBody(
  streams: readonly Uint8Array[],
  task: string,
  { bytes, digest }: { readonly bytes: number; readonly digest: string },
): Uint8Array | undefined {
  const line = Buffer.from(`POST /tasks/${task}/reports`);
  for (const stream of streams) {
    const all = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
    for (let at = all.indexOf(line); at >= 0; at = all.indexOf(line, at + 1)) {
      const start = all.indexOf("\r\n\r\n", at) + 4;
      const body = all.subarray(start, start + bytes);
      if (createHash("sha256").update(body).digest("base64url") === digest) return body;
    }
  }
  return undefined;
}

/** What leader and helper hold of one report, before it is verified: the start of each sealed share. */
export function sealedGlimpse(report: {
  readonly leaderShare: { readonly payload: Uint8Array };
  readonly helperShare: { readonly payload: Uint8Array };
}) {
  const start = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 8)).toString("hex");
  return { leader: start(report.leaderShare.payload), helper: start(report.helperShare.payload) };
}
