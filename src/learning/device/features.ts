// A member's weeks as the plan's features, standardised with the plan's public constants; and the label, which the
// device can see only in hindsight.
import type { MemberDay } from "../../records/types.ts";
import { isPlausible, metricById } from "../../task/metrics.ts";
import type { Feature } from "../plan/features.ts";
import type { TrainingPlan } from "../plan/plan.ts";

/** Standardised features stay within ±CLIP: one odd day cannot rule a member's update. */
const CLIP = 4;
/** Share of a label's days that must have a value. Who stopped syncing has no label, which is not the same as label 1. */
const DAYS_MIN_SHARE = 0.5;

interface Summary {
  readonly mean: number;
  readonly days: number;
}

/** The metric's value on that day, or NaN where none was measured, or none that can be. */
function measurement({ values }: MemberDay, id: string): number {
  const value = Object.hasOwn(values, id) ? values[id] : undefined;
  const metric = metricById(id);
  return value === undefined || metric === undefined || !isPlausible(metric, value) ? Number.NaN : value;
}

/** Over days in [start, end). */
function meanBetween(days: readonly MemberDay[], metric: string, start: number, end: number): Summary {
  let sum = 0;
  let count = 0;
  for (const each of days) {
    const value = each.day < start || each.day >= end ? Number.NaN : measurement(each, metric);
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return { mean: count === 0 ? Number.NaN : sum / count, days: count };
}

function rawFeature(days: readonly MemberDay[], { metric, of, weeks }: Feature, anchor: number): number {
  const start = anchor - weeks.to * 7;
  const end = anchor - weeks.from * 7;
  if (of === "mean") return meanBetween(days, metric, start, end).mean;
  if (of === "change") {
    const middle = Math.round((start + end) / 2);
    return meanBetween(days, metric, middle, end).mean - meanBetween(days, metric, start, middle).mean;
  }
  return daysSince(days, metric, start, end);
}

/** From the last day above 0 to the last day of [start, end); the whole span without one, NaN without any value. */
function daysSince(days: readonly MemberDay[], metric: string, start: number, end: number): number {
  let last = start - 1;
  let measured = false;
  for (const each of days) {
    if (each.day < start || each.day >= end) continue;
    const value = measurement(each, metric);
    if (!Number.isNaN(value)) measured = true;
    if (value > 0) last = Math.max(last, each.day);
  }
  return measured ? end - 1 - last : Number.NaN;
}

/** Standardised features at the anchor day; a value that is missing or not finite is the public centre, 0. */
export function featureRow(days: readonly MemberDay[], features: readonly Feature[], anchor: number): number[] {
  return features.map((feature) => {
    const value = (rawFeature(days, feature, anchor) - feature.centre) / feature.spread;
    return Number.isFinite(value) ? Math.min(CLIP, Math.max(-CLIP, value)) : 0;
  });
}

/** 1 or 0, or undefined when the label's days hold too few values, or nothing to fall from. */
export function labelOf(days: readonly MemberDay[], { label }: TrainingPlan, end: number): 0 | 1 | undefined {
  const after = meanBetween(days, label.metric, end - label.days, end);
  const before = meanBetween(days, label.metric, end - 2 * label.days, end - label.days);
  const least = label.days * DAYS_MIN_SHARE;
  if (after.days < least || before.days < least || before.mean <= 0) return undefined;
  return after.mean < label.factor * before.mean ? 1 : 0;
}
