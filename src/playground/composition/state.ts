// What the room's address says.
import { parseDay, weekday } from "../../base/calendar.ts";
import { isPacelineError } from "../../base/errors.ts";
import { type Neighbouring, neighbouringRelations } from "../../privacy/index.ts";
import { numberIn } from "../parts/numbers.ts";
import { fieldsOf } from "../shell/state.ts";
import type { Timing } from "./burn-down.ts";
import { defaults } from "./defaults.ts";

export const fields = () => fieldsOf("composition", defaults);
export type CompositionFields = ReturnType<typeof fields>;

/** The fields as numbers; what cannot be read is named. */
export function timingOf(state: CompositionFields): Timing | { readonly wrong: string } {
  const delta = numberIn(state.delta.value, 0, 0.5);
  if (delta === undefined || delta === 0) return { wrong: "δ is a number above 0 and at most 0.5, such as 1e-6." };
  const cap = numberIn(state.cap.value, 0, 1e6);
  if (cap === undefined || cap === 0) return { wrong: "What may be spent is an ε above 0, such as 6." };
  const relation = neighbouringRelations.find((each) => each === state.relation.value);
  if (relation === undefined) return { wrong: "The relation is one of the list." };
  const start = dayIn(state.start.value);
  if (start === undefined || weekday(start) !== 1) return { wrong: "The start is a Monday, such as 2026-01-05." };
  return { neighbouring: relation as Neighbouring, delta, cap, start };
}

function dayIn(text: string): number | undefined {
  try {
    return parseDay(text);
  } catch (error) {
    if (isPacelineError(error)) return undefined;
    throw error;
  }
}
