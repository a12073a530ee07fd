// What was done to members' data, as canonical JSON-able values that a ledger stores beside the amount, so that any row
// can be accounted again later. An event that is not known here is refused, never guessed.
import { fail } from "../../base/errors.ts";
import {
  type DiscreteGaussianEvent,
  parseDiscreteGaussian,
  rhoOfDiscreteGaussian,
} from "../mechanisms/discrete-gaussian/event.ts";
import {
  type DiscreteLaplaceEvent,
  parseDiscreteLaplace,
  rhoOfDiscreteLaplace,
} from "../mechanisms/discrete-laplace/event.ts";
import { parseCount, strictFields } from "../mechanisms/fields.ts";
import { addNanoRho, type NanoRho, nanoRho } from "./nano-rho.ts";

/** One draw of noise on one integer vector. */
export type NoiseEvent = DiscreteLaplaceEvent | DiscreteGaussianEvent;

/** Several events on the same members, each `count` times (a decimal integer, 1 … 2^31). */
export type ComposedEvent = {
  readonly mechanism: "composed";
  readonly parts: readonly { readonly count: string; readonly event: MechanismEvent }[];
};

export type MechanismEvent = NoiseEvent | ComposedEvent;

const partsMax = 10_000;
const depthMax = 8;

/** @param parts each event with how often it happened, 1 … 2^31. */
export function composed(parts: readonly { readonly event: MechanismEvent; readonly count: bigint }[]): ComposedEvent {
  const event = { mechanism: "composed", parts: parts.map((part) => ({ count: `${part.count}`, event: part.event })) };
  return parseEvent(event) as ComposedEvent;
}

/**
 * Checks that `value` (parsed JSON, perhaps from another party) is a known event with no unknown field.
 * @throws PacelineError invalid_message
 */
export function parseEvent(value: unknown): MechanismEvent {
  return parseNested(value, 0);
}

function parseNested(value: unknown, depth: number): MechanismEvent {
  if (mechanismOf(value) !== "composed" || depth === depthMax) return parseNoise(value);
  const { parts } = strictFields(value, ["mechanism", "parts"], "a composed event");
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > partsMax)
    return fail("invalid_message", `a composed event needs 1 to ${partsMax} parts`);
  return {
    mechanism: "composed",
    parts: parts.map((part: unknown) => {
      const fields = strictFields(part, ["count", "event"], "a part of a composed event");
      return { count: `${parseCount(fields.count)}`, event: parseNested(fields.event, depth + 1) };
    }),
  };
}

const mechanismOf = (value: unknown): unknown => (value as { mechanism?: unknown } | null | undefined)?.mechanism;

/** As parseEvent(), of one draw of noise. @throws PacelineError invalid_message */
export function parseNoise(value: unknown): NoiseEvent {
  const mechanism = mechanismOf(value);
  if (mechanism === "discrete-laplace") return parseDiscreteLaplace(value);
  if (mechanism === "discrete-gaussian") return parseDiscreteGaussian(value);
  return fail("invalid_message", "the privacy event is none that can be accounted for", {
    hint: "Known are discrete-laplace, discrete-gaussian and composed, nested at most eight deep.",
  });
}

/** As rhoOf(), of an event that was parsed. */
export function rhoOfNoise(event: NoiseEvent): NanoRho {
  return event.mechanism === "discrete-laplace" ? rhoOfDiscreteLaplace(event) : rhoOfDiscreteGaussian(event);
}

/**
 * What `event` costs in zCDP, from one aggregator's noise, rounded up per mechanism.
 * @throws PacelineError invalid_message for an event that is not known.
 */
export function rhoOf(event: MechanismEvent): NanoRho {
  const known = parseEvent(event);
  if (known.mechanism !== "composed") return rhoOfNoise(known);
  return addNanoRho(...known.parts.map((part) => nanoRho(rhoOf(part.event) * BigInt(part.count))));
}
