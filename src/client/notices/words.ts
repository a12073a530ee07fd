// The sentences a language has to bring. Short ones: test/client/notices.test.ts measures how hard they are to read.
import type { Purpose } from "../../task/purposes.ts";

export interface Words {
  purpose(purpose: Purpose): string;
  /** @param things what this device tells, each as `thing` and its like give it */
  tells(things: readonly string[]): string;
  /** A metric or attribute of the built-in registry by its id; others are called what their definition calls them. */
  name(id: string, title: string): string;
  mean(name: string, span: "day" | "week"): string;
  /** A formula of several metrics. */
  formula(names: readonly string[], span: "day" | "week"): string;
  /** One thing for each of so many periods of so many days. */
  each(thing: string, periods: number, days: number): string;
  /** By how much a mean is another from a day on. */
  change(mean: string, since: string): string;
  trend(mean: string, periods: number): string;
  condition(mean: string, op: ">=" | "<", value: number): string;
  whether(conditions: readonly string[]): string;
  /** What of the member's days lets them count. */
  thresholds(conditions: readonly string[]): string;
  present: string;
  attribute(name: string): string;
  /** How a value is coarsened: one of so many ranges, one of so many choices, or rounded. */
  ranges(thing: string, count: number): string;
  choices(thing: string, count: number): string;
  /** Which of a list happened, so many at most. */
  events(thing: string, most: number, count: number): string;
  rounded(thing: string): string;
  groups(names: readonly string[]): string;
  filters(names: readonly string[]): string;
  model(names: readonly string[]): string;
  days(first: string, last: string): string;
  hidden(minBatch: number): string;
  /** @param epsilon at δ = 10⁻⁶ */
  loss(epsilon: number): string;
  until(day: string): string;
  /** Of a round that one coordinator sums, in the place of `hidden`. */
  readonly masked: {
    /** What such a round is. @param survivors whose steps are in the sum, at least */
    hidden(survivors: number): string;
    /** Who sees what. @param coordinator who adds up @param registrar who knows accounts */
    seen(coordinator: string, registrar: string): string;
    /** What it does not protect from. @param alone ε where the others do not hide anything */
    unprotected(corrupt: number, members: number, alone: number): string;
    /** @param percent of what the device may tell in a week, rounded up */
    cost(percent: number): string;
    lasts(day: string): string;
    /** Until when a device can stop. */
    readonly back: string;
  };
  /** How to say no. */
  no: string;
  list(things: readonly string[]): string;
}
