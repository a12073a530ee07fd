// What this package itself exports, read again: data points and bundles whose values are under its own names.
import { concat, fromUtf8 } from "../../base/bytes.ts";
import { parseDay } from "../../base/calendar.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import { baseMetrics } from "../../task/metrics.ts";
import type { Input, Reader, ReadOptions, Sink } from "../reader.ts";
import type { Source } from "../sample.ts";
import { NAMESPACE, type Point, SYSTEM } from "./points.ts";

/** An export of ten years is some ten megabytes. */
const BYTES_MAX = 64 * 2 ** 20;

const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const dataPoint = z.object({
  header: z.object({ schema_id: z.object({ namespace: z.literal(NAMESPACE), name: z.string() }) }),
  body: z.object({ effective_time_frame: z.object({ date }), value: z.object({ value: z.number() }) }),
});
const observation = z.object({
  resource: z.object({
    code: z.object({ coding: z.array(z.object({ system: z.string(), code: z.string() })) }),
    effectiveDateTime: date,
    valueQuantity: z.object({ value: z.number() }),
  }),
});

const source: Source = { key: "paceline", provider: "paceline", deviceClass: "unknown", total: true };

export const ownExport: Reader = {
  id: "paceline",
  title: "export of this package",
  gives: baseMetrics.map(({ id }) => id),
  recognises(head) {
    const text = String.fromCharCode(...head.subarray(0, 4096));
    return (
      /^\s*[[{]/.test(text) && (text.includes(`"namespace":"${NAMESPACE}"`) || text.includes(`"system":"${SYSTEM}"`))
    );
  },
  read,
};

async function read(input: Input, sink: Sink, { registry, signal }: ReadOptions): Promise<void> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of input.open()) {
    signal?.throwIfAborted();
    length += part.length;
    if (length > BYTES_MAX) fail("invalid_data", `${input.path} has more than ${BYTES_MAX} bytes`);
    parts.push(part);
  }
  let json: unknown;
  try {
    json = parseJson(fromUtf8(concat(...parts)), input.path, "invalid_data");
  } catch (error) {
    if (isPacelineError(error) && error.code === "invalid_data") throw error;
    fail("invalid_data", `${input.path} is no UTF-8`);
  }
  const entries = Array.isArray(json) ? json : (json as { readonly entry?: unknown }).entry;
  if (!Array.isArray(entries)) return fail("invalid_data", `${input.path} holds no list of values`);
  for (const [i, entry] of entries.entries()) {
    const place = { file: input.path, record: i + 1 };
    const point = pointOf(entry);
    if (point === undefined) sink.skip("damaged_record", place);
    else if (registry.metric(point.metric) === undefined) sink.note("other_kinds", place);
    else
      sink.sample({
        member: "",
        metric: point.metric,
        when: { kind: "day", day: point.day },
        value: point.value,
        source,
        place,
      });
  }
}

function pointOf(entry: unknown): Point | undefined {
  const point = z.safeParse(dataPoint, entry);
  if (point.success) {
    const { header, body } = point.data;
    return made(header.schema_id.name, body.effective_time_frame.date, body.value.value);
  }
  const one = z.safeParse(observation, entry);
  if (!one.success) return undefined;
  const { code, effectiveDateTime, valueQuantity } = one.data.resource;
  const own = code.coding.find(({ system }) => system === SYSTEM);
  return own === undefined ? undefined : made(own.code, effectiveDateTime, valueQuantity.value);
}

function made(metric: string, day: string, value: number): Point | undefined {
  try {
    return { metric, day: parseDay(day), value };
  } catch {
    return undefined;
  }
}
