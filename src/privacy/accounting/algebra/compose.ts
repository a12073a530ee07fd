// Putting events together, and taking a composition apart again into what accountants add up.
import { fail } from "../../../base/errors.ts";
import type { Neighbouring } from "../../units.ts";
import { parsePrivacyEvent } from "./parse.ts";
import type { ComposedPrivacyEvent, PrivacyEvent } from "./types.ts";

/** A composition of events under N; for a relation known only at run time, one under any. */
type Composed<N extends Neighbouring> = N extends Neighbouring ? ComposedPrivacyEvent<N> : never;

/**
 * `event` happens `count` times (1 … 2^31, 1 when left out), for each part, on the same data set under one relation.
 * @throws PacelineError as parsePrivacyEvent.
 */
export function compose<N extends Neighbouring>(
  neighbouring: N,
  parts: readonly { readonly event: PrivacyEvent<NoInfer<N>>; readonly count?: number | bigint }[],
): Composed<N> {
  const listed = parts.map((part) => ({ count: `${part.count === undefined ? 1 : part.count}`, event: part.event }));
  return parsePrivacyEvent<Neighbouring>({ mechanism: "composed", parts: listed }, neighbouring) as Composed<N>;
}

/** A single mechanism, and how often it was run. */
export interface Run<N extends Neighbouring = Neighbouring> {
  readonly event: Exclude<PrivacyEvent<N>, { readonly mechanism: "composed" | "no-op" }>;
  /** A whole number from 1 to 2^53 - 1. */
  readonly count: number;
}

/**
 * All single mechanisms of a plan with their total counts; nested compositions multiply, equal events are merged, samples
 * of everybody or nobody are none.
 * @throws PacelineError invalid_argument when a total count is above 2^53 - 1.
 */
export function runsOf<N extends Neighbouring>(event: PrivacyEvent<N>): readonly Run<N>[] {
  const found = new Map<string, { event: Run<N>["event"]; count: number }>();
  const walk = (one: PrivacyEvent, count: number): void => {
    if (one.mechanism === "no-op") return;
    if (one.mechanism === "composed") {
      for (const part of one.parts) walk(part.event, count * Number(part.count));
      return;
    }
    // A sample of nobody; a sample of everybody is the event inside.
    if (one.mechanism === "poisson-sampled" && one.probability === 0) return;
    if (isWhole(one)) {
      walk(one.event, count);
      return;
    }
    const key = JSON.stringify(one);
    const before = found.get(key);
    const total = (before?.count ?? 0) + count;
    if (total > Number.MAX_SAFE_INTEGER)
      fail("invalid_argument", "a composition repeats an event more than 2^53 - 1 times");
    if (before === undefined) found.set(key, { event: one as Run<N>["event"], count });
    else before.count = total;
  };
  walk(event as PrivacyEvent, 1);
  return [...found.values()];
}

type Wrapped = Extract<PrivacyEvent, { readonly mechanism: "poisson-sampled" | "sampled-without-replacement" }>;

function isWhole(one: PrivacyEvent): one is Wrapped {
  if (one.mechanism === "poisson-sampled") return one.probability === 1;
  return one.mechanism === "sampled-without-replacement" && one.sampleSize === one.populationSize;
}
