// The plan over time: what ε has become week by week, against what may be spent, and the day on which the next step no longer fits.
import { formatDay } from "../../base/calendar.ts";
import { isPacelineError } from "../../base/errors.ts";
import { type Curve, curveFigure, type Figure, type Row } from "../../figures/index.ts";
import { type Accountant, account, type Neighbouring } from "../../privacy/index.ts";
import { small } from "../parts/numbers.ts";
import { epsilonBars } from "./bars.ts";
import { eventOf, lastWeek, type Step, timesBy, within } from "./steps.ts";

export interface BurnDown {
  /** Weeks from the start; ε of everything until then, by two ways of counting. */
  readonly points: readonly { readonly week: number; readonly exact: number; readonly ledger: number }[];
  readonly cap: number;
  readonly weeks: number;
  /** The first week whose steps take ε beyond the cap, counted exactly and as ledgers do; undefined where all fits. */
  readonly exhausted: { readonly exact: Exhaustion | undefined; readonly ledger: Exhaustion | undefined };
  readonly spans: readonly { readonly name: string; readonly exact: number; readonly ledger: number }[];
}

export interface Exhaustion {
  readonly week: number;
  readonly day: string;
  readonly steps: readonly string[];
}

export interface Timing {
  readonly neighbouring: Neighbouring;
  readonly delta: number;
  /** ε that all of it may reach. */
  readonly cap: number;
  /** Days since 1970: the Monday of week 1. */
  readonly start: number;
}

const WEEKS_MAX = 522;
const POINTS = 27;
const EXACT: readonly Accountant[] = ["gdp", "kov", "pure", "pld", "rdp"];
const LEDGER: readonly Accountant[] = ["zcdp"];

export function burnDownOf(
  steps: readonly Step[],
  timing: Timing,
  progress: (done: number, total: number) => void,
): BurnDown {
  const { neighbouring, delta, cap, start } = timing;
  const weeks = Math.min(WEEKS_MAX, Math.max(1, lastWeek(steps)));
  const known = new Map<string, number>();
  const ask = (week: number, accountants: readonly Accountant[]): number => {
    const done = within(steps, week);
    const event = eventOf(done, neighbouring);
    if (event === undefined) return 0;
    const key = JSON.stringify([accountants, done.map(({ count }) => count)]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = epsilonBy(event, neighbouring, delta, accountants);
    known.set(key, found);
    return found;
  };
  const stride = Math.max(1, Math.ceil(weeks / (POINTS - 1)));
  const shown = [
    ...new Set([
      ...Array.from({ length: Math.ceil(weeks / stride) + 1 }, (_, at) => Math.min(weeks, at * stride)),
      weeks,
    ]),
  ];
  const total = shown.length + 20;
  const points = shown.map((week, at) => {
    progress(at, total);
    return { week, exact: ask(week, EXACT), ledger: ask(week, LEDGER) };
  });
  const exhausted = (accountants: readonly Accountant[]): Exhaustion | undefined => {
    if (ask(weeks, accountants) <= cap) return undefined;
    let [fits, fails] = [0, weeks];
    while (fails - fits > 1) {
      const middle = Math.floor((fits + fails) / 2);
      if (ask(middle, accountants) <= cap) fits = middle;
      else fails = middle;
    }
    const steps_ = steps.filter((step) => timesBy(step, fails) > timesBy(step, fails - 1)).map(({ name }) => name);
    return { week: fails, day: formatDay(start + 7 * (fails - 1)), steps: steps_ };
  };
  return {
    points,
    cap,
    weeks,
    exhausted: { exact: exhausted(EXACT), ledger: exhausted(LEDGER) },
    spans: [
      ["the first week", 1],
      ["a year", 53],
      ["five years", 261],
      ["all of it", weeks],
    ].map(([name, week]) => ({ name: `${name}`, exact: ask(Number(week), EXACT), ledger: ask(Number(week), LEDGER) })),
  };
}

/** The tightest of those that can say anything; infinite where none can. */
function epsilonBy(
  event: Parameters<typeof account>[0]["event"],
  neighbouring: Neighbouring,
  delta: number,
  accountants: readonly Accountant[],
): number {
  try {
    return account({ event, neighbouring }, { delta }, { accountants }).upper;
  } catch (error) {
    if (isPacelineError(error) && error.code === "unsupported") return Number.POSITIVE_INFINITY;
    throw error;
  }
}

export function burnDownFigure({ points, cap, weeks }: BurnDown, delta: number): Figure {
  const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
  const curves: readonly Curve[] = [
    { name: "tightest proof", points: points.map(({ week, exact }) => ({ x: week, y: finite(exact) })) },
    { name: "as ledgers count (ρ)", points: points.map(({ week, ledger }) => ({ x: week, y: finite(ledger) })) },
    { name: "what may be spent", points: [0, weeks].map((week) => ({ x: week, y: cap })) },
  ];
  return curveFigure(
    {
      id: "burn-down",
      title: "What all answers add up to, week by week",
      x: { title: "weeks since the start", scale: "linear" },
      y: { title: `ε at δ = ${small(delta)}`, scale: "linear" },
      each: "Counted",
    },
    curves.filter(({ points: own }) => own.some(({ y }) => Number.isFinite(y))),
  );
}

/** Step by step in the order of the list: where the cap is passed depends on the order, the sum does not. */
export function orderFigure(steps: readonly Step[], { neighbouring, delta, cap }: Timing): Figure {
  const on = steps.filter(({ off }) => !off);
  const rows = on.map((step, at): Row => {
    const event = eventOf(on.slice(0, at + 1), neighbouring);
    const epsilon = event === undefined ? 0 : epsilonBy(event, neighbouring, delta, EXACT);
    const known = Number.isFinite(epsilon);
    const over = epsilon > cap;
    return {
      label: `${at + 1}. ${step.name}`,
      epsilon: known ? epsilon : null,
      tone: over ? "strong" : "soft",
      fits: over ? "no" : "yes",
      reading: `${known ? epsilon.toLocaleString("en-US", { maximumSignificantDigits: 3 }) : "no bound"}${over ? ": beyond the cap" : ""}`,
    };
  });
  const most = Math.max(cap, ...rows.map(({ epsilon }) => (typeof epsilon === "number" ? epsilon : 0)));
  return {
    id: "order",
    title: "ε after each step, in this order",
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: `ε at δ = ${small(delta)} of the steps so far`,
    columns: [
      { title: "After", fields: ["label"], format: { kind: "words" } },
      { title: "ε at most", fields: ["epsilon"], format: { kind: "significant", digits: 4 } },
      { title: "Fits", fields: ["fits"], format: { kind: "words" } },
    ],
    chart: epsilonBars(most, { to: "epsilon", tone: "tone", means: "ε so far" }),
  };
}
