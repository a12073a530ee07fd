// A service's log: lines on standard error. It never throws and never floods. When the disk or the reader behind it is
// gone, lines are lost and counted, and the service goes on.
import { writeSync } from "node:fs";
import type { LogEvent, LogFields, ServiceLog } from "../../ports/service-log.ts";

export interface Log {
  (...line: Parameters<ServiceLog>): void;
  /** Lines that could not be written, after another try to say so. */
  lost(): number;
}

export interface LogOptions {
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Writes, or throws. */
  readonly write?: (text: string) => void;
  /** Of every line, which is then one JSON object: `time`, these, `event`, what belongs to it, `message`, and `lost` after lines that could not be written. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Lines at once, and one more each `EACH_MS`: a fault that repeats a thousand times a second says so in a few. */
const AT_ONCE = 20;
const EACH_MS = 3000;
const STDERR = 2;

export function newLog({ now = () => performance.now(), write = toStderr, fields }: LogOptions = {}): Log {
  let tokens = AT_ONCE;
  let refilled = now();
  let leftOut = 0;
  let lost = 0;

  function put(line: string, event: LogEvent, about: LogFields = {}): boolean {
    try {
      const time = new Date().toISOString();
      const said =
        fields === undefined
          ? `${time} ${lost === 0 ? line : `(${lost} lines lost) ${line}`}`
          : JSON.stringify({ time, ...fields, event, ...about, message: line, ...(lost > 0 && { lost }) });
      write(`${said}\n`);
      lost = 0;
      return true;
    } catch {
      return false;
    }
  }

  const log: ServiceLog = (line, event, about) => {
    const at = now();
    tokens = Math.min(AT_ONCE, tokens + (at - refilled) / EACH_MS);
    refilled = at;
    if (tokens < 1) {
      leftOut += 1;
      return;
    }
    tokens -= 1;
    if (leftOut > 0 && put(`(${leftOut} lines left out)`, "log.shortened", { count: leftOut })) leftOut = 0;
    if (!put(line, event, about)) lost += 1;
  };
  return Object.assign(log, {
    lost() {
      if (lost > 0) put("the log can be written again", "log.writable");
      return lost;
    },
  });
}

/** Not process.stderr: after one failed write that stream is closed for good, and its error ends the process. */
function toStderr(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(STDERR, bytes, at);
}
