// What an app records: days, or single measurements. Which of both is told by the first entry; loaded by the first call.
import { fail } from "../base/errors.ts";
import type { AppSample } from "./app-samples.ts";
import { recordDays } from "./keep-days.ts";
import type { AppDay, Settings } from "./options.ts";
import type { Recorded, RecordOptions } from "./record-samples.ts";

/** @throws PacelineError invalid_argument where the app gives days() itself, and for what is neither */
export async function record(
  settings: Settings,
  given: readonly (AppDay | AppSample)[],
  options: RecordOptions | undefined,
): Promise<number | Recorded> {
  if (settings.days !== undefined) fail("invalid_argument", "the app gives days() itself, so nothing is recorded here");
  if (options === undefined && !(Array.isArray(given) && isSample(given[0]))) return await recordDays(settings, given);
  if (!Array.isArray(given)) fail("invalid_argument", "record() must be given an array of samples");
  const { recordSamples } = await import("./record-samples.ts");
  return await recordSamples(settings, given as readonly AppSample[], options);
}

const isSample = (one: unknown): boolean => typeof one === "object" && one !== null && "metric" in one;
