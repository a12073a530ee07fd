// A member's days as the examples of a training: rows of features, standardised with the training's public constants, and labels,
// which a device can see only in hindsight.
import { valueOfDay, type Window } from "../../contribution/window.ts";
import type { Examples } from "../../ports/training-engine.ts";
import type { MemberDay } from "../../records/types.ts";
import type { Expression } from "../../task/expression.ts";
import type { Registry } from "../../task/metrics.ts";
import type { Feature, Label, Reading } from "../plan/training/examples.ts";

/** Standardised features and values stay within ±CLIP: one odd day cannot rule a member's update. */
const CLIP = 4;
/** Share of a label's days that must have a value. Who stopped syncing has no label, which is not the same as label 1. */
const DAYS_MIN_SHARE = 0.5;

/** A value by day, for a span of days: what every feature and label is made of. */
interface Values {
  mean(span: Window): { readonly mean: number; readonly days: number };
  /** From the last day above 0 to the last day of the span; the whole span without one, NaN without any value. */
  daysSince(span: Window): number;
}

function valuesOf(days: readonly MemberDay[], expression: Expression, registry: Registry): Values {
  const known = days.flatMap((each) => {
    const value = valueOfDay(each, expression, registry);
    return value === undefined ? [] : [{ day: each.day, value }];
  });
  const within = ({ start, end }: Window) => known.filter(({ day }) => day >= start && day < end);
  return {
    mean(span) {
      const found = within(span);
      return { mean: found.reduce((sum, { value }) => sum + value, 0) / found.length, days: found.length };
    },
    daysSince(span) {
      const found = within(span);
      const last = found.reduce(
        (latest, { day, value }) => (value > 0 ? Math.max(latest, day) : latest),
        span.start - 1,
      );
      return found.length === 0 ? Number.NaN : span.end - 1 - last;
    },
  };
}

const standardised = (value: number, { centre, spread }: { readonly centre: number; readonly spread: number }) =>
  Math.min(CLIP, Math.max(-CLIP, (value - centre) / spread));

function featureAt(values: Values, feature: Feature, anchor: number): number {
  const span = { start: anchor - feature.weeks.to * 7, end: anchor - feature.weeks.from * 7 };
  const raw = () => {
    if (feature.of === "mean") return values.mean(span).mean;
    if (feature.of === "days-since") return values.daysSince(span);
    const middle = Math.round((span.start + span.end) / 2);
    return values.mean({ ...span, start: middle }).mean - values.mean({ ...span, end: middle }).mean;
  };
  const value = standardised(raw(), feature);
  return Number.isNaN(value) ? 0 : value;
}

/** The label at an anchor; undefined when its days hold too few values, or nothing to compare with. */
function labelAt(values: Values, label: Label, anchor: number): number | undefined {
  const least = label.days * DAYS_MIN_SHARE;
  const after = values.mean({ start: anchor, end: anchor + label.days });
  if (after.days < least) return undefined;
  if (label.kind === "class") return label.edges.filter((edge) => after.mean >= edge).length;
  if (label.kind === "value") return standardised(after.mean, label);
  const before = values.mean({ start: anchor - label.days, end: anchor });
  if (before.days < least || before.mean <= 0) return undefined;
  const mark = label.factor * before.mean;
  return (label.kind === "falls-below" ? after.mean < mark : after.mean > mark) ? 1 : 0;
}

/** Features at an anchor day: its day and later ones are not read. */
export function featureRow(
  days: readonly MemberDay[],
  features: readonly Feature[],
  anchor: number,
  registry: Registry,
): Float32Array {
  return Float32Array.from(features, (feature) => featureAt(valuesOf(days, feature.value, registry), feature, anchor));
}

/** Examples and how many; the oldest first. @param end first day after the last label's days */
export function examplesOf(
  days: readonly MemberDay[],
  { features, label, examples: { count, everyDays } }: Reading,
  end: number,
  registry: Registry,
): Examples & { readonly count: number } {
  const labelled = valuesOf(days, label.value, registry);
  const columns = features.map((feature) => ({ feature, values: valuesOf(days, feature.value, registry) }));
  const rows: number[] = [];
  const labels: number[] = [];
  for (let k = count - 1; k >= 0; k--) {
    const anchor = end - label.days - k * everyDays;
    const own = labelAt(labelled, label, anchor);
    if (own === undefined) continue;
    labels.push(own);
    for (const { feature, values } of columns) rows.push(featureAt(values, feature, anchor));
  }
  return { rows: Float32Array.from(rows), labels: Float32Array.from(labels), count: labels.length };
}
