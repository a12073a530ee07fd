// Stages of sleep, as spans: what two devices saw of one night is united later, and a night's onset is read off them.
import type { Source, Zone } from "../sample.ts";
import type { Giver } from "./giver.ts";
import { DAY_MS, MINUTE_MS } from "./stamp.ts";

/** "asleep": without a stage. */
export type Stage = "asleep" | "deep" | "light" | "rem";

/** @param start @param end milliseconds since 1970 */
export function giveStage(
  giver: Giver,
  stage: Stage,
  { start, end, zone }: { readonly start: number; readonly end: number; readonly zone: Zone },
  source: Source,
): void {
  // No sleep lasts a day, and stages of two recordings are not one.
  if (!(end > start) || end - start > DAY_MS) giver.skip("damaged_record");
  else
    for (const metric of stage === "asleep" ? ["sleep"] : ["sleep", `sleep_${stage}`])
      giver.own(metric, { kind: "span", start, end, zone }, (end - start) / MINUTE_MS, source);
}
