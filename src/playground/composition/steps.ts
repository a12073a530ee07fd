// A plan as its reader writes it: a list of steps, each a mechanism with its fields (those of paceline account's tables), how often
// it happens, and when. What a step's fields mean, the event algebra's own reader decides.
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { compose, type Neighbouring, type PrivacyEvent, parsePrivacyEvent } from "../../privacy/index.ts";

export interface Step {
  readonly name: string;
  readonly event: PrivacyEvent;
  readonly count: number;
  /** Weeks from one time to the next; 0: all in its first week. */
  readonly every: number;
  /** The week it begins in, from 1. */
  readonly first: number;
  /** Left out for now: shown, not counted. */
  readonly off: boolean;
}

/** Of a step beside the event's own. */
const OWN = new Set(["name", "count", "sampling", "every", "first", "off"]);
const STEPS_MAX = 40;
const COUNT_MAX = 1e6;
const WEEKS_MAX = 520;

/** @throws PacelineError naming the step that is wrong, and what to do */
export function parseSteps(text: string, neighbouring: Neighbouring): readonly Step[] {
  const json = parseJson(text, "the plan", "invalid_data");
  const listed = Array.isArray(json) ? json : [json];
  if (listed.length === 0 || listed.length > STEPS_MAX)
    fail("invalid_data", `a plan here has 1 to ${STEPS_MAX} steps, not ${listed.length}`);
  const names = listed.map(nameOf);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) fail("invalid_data", `two steps are called ${JSON.stringify(twice)}`);
  return listed.map((each: unknown, at) => {
    const name = names[at] as string;
    try {
      return stepOf(each, name, neighbouring);
    } catch (error) {
      if (!isPacelineError(error)) throw error;
      return fail(error.code, `${name}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint });
    }
  });
}

function nameOf(step: unknown, at: number): string {
  const name = (step as { name?: unknown } | null)?.name;
  return typeof name === "string" && name.trim() !== "" ? name.slice(0, 80) : `step ${at + 1}`;
}

function stepOf(step: unknown, name: string, neighbouring: Neighbouring): Step {
  if (typeof step !== "object" || step === null || Array.isArray(step))
    return fail("invalid_data", "a step is an object", {
      hint: 'Such as {"mechanism": "gaussian", "noiseMultiplier": 20, "count": 52}.',
    });
  const fields = step as Readonly<Record<string, unknown>>;
  const { sampling, off } = fields;
  const bare = Object.fromEntries(Object.entries(fields).filter(([key]) => !OWN.has(key)));
  const event = sampling === undefined ? bare : { mechanism: "poisson-sampled", probability: sampling, event: bare };
  return {
    name,
    event: parsePrivacyEvent(event, neighbouring),
    count: whole(fields.count ?? 1, "count", 1, COUNT_MAX),
    every: whole(fields.every ?? 0, "every", 0, WEEKS_MAX),
    first: whole(fields.first ?? 1, "first", 1, WEEKS_MAX),
    off: off === true,
  };
}

function whole(value: unknown, name: string, least: number, most: number): number {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= least && number <= most
    ? number
    : fail("invalid_data", `${name} is a whole number from ${least} to ${most}`);
}

/** Everything that is not left out, as one event. Undefined where nothing is left. */
export function eventOf(steps: readonly Step[], neighbouring: Neighbouring): PrivacyEvent | undefined {
  const parts = steps.filter(({ off }) => !off).map(({ event, count }) => ({ event, count }));
  return parts.length === 0 ? undefined : (compose(neighbouring, parts) as PrivacyEvent);
}

/** How often a step has happened when so many weeks are over. */
export function timesBy({ count, every, first, off }: Step, weeks: number): number {
  if (off || weeks < first) return 0;
  return every === 0 ? count : Math.min(count, Math.floor((weeks - first) / every) + 1);
}

/** The first so many weeks of a plan. */
export function within(steps: readonly Step[], weeks: number): readonly Step[] {
  return steps.flatMap((step) => {
    const count = timesBy(step, weeks);
    return count === 0 ? [] : [{ ...step, count }];
  });
}

/** The week in which the last step happens for the last time. */
export function lastWeek(steps: readonly Step[]): number {
  return Math.max(0, ...steps.filter(({ off }) => !off).map(({ count, every, first }) => first + every * (count - 1)));
}
