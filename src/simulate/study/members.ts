// Whom a study draws from: synthetic members, the same for every question over the same days, or members who were handed in.
import { parseDay, weekday } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import type { Setting } from "../../query/planner.ts";
import type { Member } from "../../records/types.ts";
import { type OperatorRegistry, registryOf } from "../../task/metrics/definition.ts";
import { metricsOf } from "../../task/metrics/reads.ts";
import { supportTopics } from "../events.ts";
import { population } from "../population.ts";
import type { StudiedPlan } from "./pool.ts";

/** Enough that drawing from them with replacement is close to drawing from the law they came from. */
const SYNTHETIC = 5000;
/** Long enough for every drift and every spell; a window may be longer. */
const WEEKS = 12;
/** Questions about the last weeks, of members who have no calendar: a Monday. */
const TODAY = parseDay("2026-01-05");

export interface People {
  readonly members: readonly Member[];
  readonly synthetic: boolean;
  /** Who they are, and what was taken from them. */
  readonly notes: readonly string[];
}

/** Public values of attributes that no registry lists, as synthetic members have them. */
const LISTS = { site: ["north", "south", "east", "west", "centre"], supportTopics } as const;

/**
 * The operator's lists, and for attributes that they leave open, or whose values the members at hand do not use, the members' own.
 * A service never takes a list from data; here nothing leaves the machine.
 */
function operatorFor(
  operator: OperatorRegistry,
  members?: readonly Member[],
): { readonly operator: OperatorRegistry; readonly notes: readonly string[] } {
  if (members === undefined) return { operator: { ...operator, lists: { ...LISTS, ...operator.lists } }, notes: [] };
  const lists: Record<string, readonly string[]> = {};
  const found = new Map<string, Set<string>>();
  for (const { profile } of members)
    for (const [name, value] of Object.entries(profile)) found.set(name, (found.get(name) ?? new Set()).add(value));
  for (const { id, values } of registryOf(operator).rows.attributes) {
    const own = found.get(id);
    if (own === undefined || Object.hasOwn(operator.lists, id) || [...own].some((value) => values?.includes(value)))
      continue;
    if (own.size <= 64) lists[id] = [...own].sort();
  }
  const taken = Object.keys(lists);
  return {
    operator: { ...operator, lists: { ...operator.lists, ...lists } },
    notes:
      taken.length === 0
        ? []
        : [`The values of ${taken.join(", ")} are those that occur in the data; an operator would list them.`],
  };
}

const DEFAULTS = { minCohort: 50, privacy: { epsilon: "1" }, purpose: "service-improvement" } as const;

/** What a study's question is completed from, and what was taken from the data for it. */
export function studySetting(
  operator: OperatorRegistry,
  data?: { readonly members: readonly Member[]; readonly lastDay: number },
): { readonly setting: Setting; readonly notes: readonly string[] } {
  const { operator: filled, notes } = operatorFor(operator, data?.members);
  return { setting: { operator: filled, defaults: { ...DEFAULTS, today: todayOf(data) } }, notes };
}

/** The day on which a question is asked: the study's own, so that no clock decides what comes out. */
function todayOf(data: { readonly lastDay: number } | undefined): number {
  return data === undefined ? TODAY : data.lastDay + 1;
}

export function peopleFor(
  seed: string,
  window: StudiedPlan["window"],
  notes: readonly string[],
  data?: { readonly members: readonly Member[] },
): People {
  if (data !== undefined) {
    const who = `Cohorts are drawn from the ${data.members.length} members of the data, with replacement: the truth is that of these members, and whom they stand for is in no number here.`;
    return { members: data.members, synthetic: false, notes: [who, ...notes] };
  }
  const last = window.end - 1;
  // People's weeks have days that differ: a simulation ends on a Sunday, as the windows of whole weeks do.
  const lastDay = last + 7 - weekday(last);
  const weeks = Math.max(WEEKS, Math.ceil((lastDay + 1 - window.start) / 7));
  const who = `Cohorts are drawn from ${SYNTHETIC} synthetic members, with replacement: how your members differ from these is in no number here.`;
  return { members: population({ seed, lastDay, members: SYNTHETIC, weeks }), synthetic: true, notes: [who, ...notes] };
}

/** @throws PacelineError invalid_query when nobody has what the question is about */
export function checkCovered({ members, synthetic }: People, { source, encoder }: StudiedPlan): void {
  if (source.kind !== "statistics" || encoder.kind !== "product") return;
  const asked = metricsOf(source);
  const attributes = [
    ...source.where.map(({ attribute }) => attribute),
    ...encoder.groups.map(({ attribute }) => attribute),
    ...source.values.flatMap((value) =>
      value.kind === "attribute" || value.kind === "events" ? [value.attribute] : [],
    ),
  ];
  const known = new Set<string>();
  for (const { days, profile } of members) {
    for (const name of Object.keys(profile)) known.add(name);
    for (const { values, events } of days) {
      for (const name in values) known.add(name);
      for (const name in events) known.add(name);
    }
  }
  const missing = [...new Set([...asked, ...attributes])].filter((name) => !known.has(name));
  if (missing.length === 0) return;
  const who = synthetic ? "synthetic members have" : "none of these members has";
  fail("invalid_query", synthetic ? `${who} no ${missing.join(", ")}` : `${who} ${missing.join(", ")}`, {
    hint: `They have ${[...known].sort().join(", ")}.${synthetic ? " Give members of your own with --data." : ""}`,
  });
}
