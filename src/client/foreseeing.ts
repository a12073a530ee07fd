// A trained model's file applied to the member's own days, here: loaded by the first call.

import { type Reasons, scoreByModel } from "../learning/device/explain/reasons.ts";
import { reasonsInWords } from "../learning/device/explain/words.ts";
import { decodeModelFile } from "../learning/plan/model/file.ts";
import { plainEngine } from "../math/tensor/trainer.ts";
import { builtIn } from "../task/metrics.ts";
import { loadedDays } from "./member-data.ts";
import type { Language } from "./notices/notices.ts";
import type { Settings } from "./options.ts";

export interface Foreseen extends Reasons {
  /** The same, to be shown. */
  readonly words: readonly string[];
}

/** @throws PacelineError invalid_message for a file that is none of ours, unsupported for one that does not say what it reads */
export async function foreseeing(
  settings: Settings,
  { model, today, language }: { readonly model: string; readonly today: number; readonly language: Language },
): Promise<Foreseen> {
  const file = await decodeModelFile(settings.platform.crypto, model);
  const days = (await loadedDays(settings)) ?? [];
  const engine = settings.engine ?? plainEngine;
  const reasons = scoreByModel(file, days, today, { registry: builtIn, engine });
  return { ...reasons, words: reasonsInWords(reasons, language) };
}
