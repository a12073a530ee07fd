// The small types every DAP message is made of (draft-ietf-ppm-dap-18 section 4.1).
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import type { Reader, Writer } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import { enumeration, type Message, message, openEnumeration, vector16, type Write, writeExactly } from "./message.ts";
import { reportErrors } from "./report-errors.ts";
import { type Extension, writeAnyExtensions, writeExtension, writeReportId, writeTaskId } from "./writing.ts";

export { type Extension, roles } from "./writing.ts";

/** An identifier of one fixed length, unpadded base64url in URLs. */
export interface IdType extends Message<Uint8Array> {
  readonly bytes: number;
  toText(id: Uint8Array): string;
  /** @throws PacelineError invalid_message */
  fromText(text: string): Uint8Array;
}

function idType(name: string, write: Write<Uint8Array>, bytes: number): IdType {
  return {
    ...message<Uint8Array>(name, write, (from) => from.fixed(bytes)),
    bytes,
    toText: toBase64Url,
    fromText(text) {
      const id = fromBase64Url(text);
      if (id.length !== bytes) fail("invalid_message", `${name}: ${id.length} bytes where ${bytes} belong`);
      return id;
    },
  };
}

export const TaskId = /* @__PURE__ */ idType("TaskID", writeTaskId, 32);
/** Also the nonce that the VDAF takes. */
export const ReportId = /* @__PURE__ */ idType("ReportID", writeReportId, 16);
export const BatchId = /* @__PURE__ */ idType("BatchID", (out, id) => writeExactly(out, id, 32, "BatchID"), 32);

/** Half-open, in units of the task's time precision since 1970-01-01T00:00Z. */
export interface Interval {
  readonly start: bigint;
  readonly duration: bigint;
}

/** An interval that would end beyond the 64-bit clock is refused, so that its end can be computed anywhere. */
export const Interval = /* @__PURE__ */ message<Interval>(
  "Interval",
  (out, { start, duration }) => out.u64(start).u64(duration),
  (from) => {
    const interval = { start: from.u64(), duration: from.u64() };
    if (interval.start + interval.duration >= 1n << 64n) fail("invalid_message", "Interval: ends beyond the clock");
    return interval;
  },
);

export type BatchMode = "time-interval" | "leader-selected";
export const BatchMode = /* @__PURE__ */ enumeration<BatchMode>("batch mode", {
  "time-interval": 1,
  "leader-selected": 2,
});

/** As another party says it: a code that has no name here stays a number. */
export type SaidReportError = ReportError | number;
export type ReportError = keyof typeof reportErrors;
export const ReportError = /* @__PURE__ */ openEnumeration<ReportError>("report error", reportErrors);

const extensions = /* @__PURE__ */ vector16(
  /* @__PURE__ */ message<Extension>("Extension", writeExtension, (from) => ({
    type: from.u16(),
    data: from.opaque16(),
  })),
);

/** In whatever order they come: of a report's public extensions the order is that report's fault, not its message's. */
export function readAnyExtensions(from: Reader): readonly Extension[] {
  return extensions.read(from);
}

/** Extensions are in strictly increasing order of type: each at most once, in one order only. */
export function readExtensions(from: Reader): readonly Extension[] {
  const list = extensions.read(from);
  if (!inOrder(list)) fail("invalid_message", "extensions: not in strictly increasing order of type");
  return list;
}

export function writeExtensions(out: Writer, list: readonly Extension[]): void {
  if (!inOrder(list)) fail("internal", "extensions: not in strictly increasing order of type");
  writeAnyExtensions(out, list);
}

/** Whether types strictly increase. */
function inOrder(list: readonly Extension[]): boolean {
  return list.every((item, i) => i === 0 || item.type > (list[i - 1] as Extension).type);
}
