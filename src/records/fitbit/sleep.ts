// A sleep log of Fitbit, the same in its archive and its Web API.
import { localDay, type Source } from "../sample.ts";
import type { Giver } from "../scan/giver.ts";
import type { JsonObject } from "../scan/json.ts";
import { at } from "../scan/json-file.ts";
import { spanOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { MINUTE_MS, readDay } from "../scan/stamp.ts";

const stages = [
  ["deep", "sleep_deep"],
  ["light", "sleep_light"],
  ["rem", "sleep_rem"],
] as const;

export function giveSleep(giver: Giver, log: JsonObject, source: Source): void {
  const span = spanOf(giver, log.startTime, log.endTime);
  const day = readDay(log.dateOfSleep);
  if (span === undefined || day === undefined) {
    giver.skip("not_a_date", "dateOfSleep");
    return;
  }
  const latency = readNumber(log.minutesToFallAsleep) ?? 0;
  const start = Math.min(span.start + latency * MINUTE_MS, span.end);
  const when = { kind: "span", ...span, start } as const;
  giver.value("sleep", when, log.minutesAsleep, "min", source, "minutesAsleep");
  for (const [stage, metric] of stages)
    giver.value(metric, when, at(log, "levels", "summary", stage, "minutes"), "min", source, stage);
  const main = log.isMainSleep ?? log.mainSleep;
  const wakeDay = { kind: "day", day: day ?? localDay(span.end, span.zone.offsetMinutes) } as const;
  // Old logs have 0 where nothing was computed.
  if (main === true && (readNumber(log.efficiency) ?? 0) > 0)
    giver.value("sleep_efficiency", wakeDay, log.efficiency, "%", source, "efficiency");
  if (main === false) giver.own("naps", { kind: "span", start, end: start, zone: span.zone }, 1, source);
}
