// The event that a user means: JSON or a table in a file or on standard input, JSON on the command line, or a few flags.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { compose, type Neighbouring, type PrivacyEvent, parsePrivacyEvent } from "../../privacy/index.ts";
import { numberOf } from "./number.ts";
import { eventOfTable } from "./table.ts";

export interface EventFlags {
  readonly gaussian?: string;
  readonly laplace?: string;
  readonly sampling?: string;
  readonly count?: string;
}

/** @throws PacelineError not_found, invalid_argument, invalid_message, unsupported */
export function readEvent(source: string | undefined, flags: EventFlags, neighbouring: Neighbouring): PrivacyEvent {
  const named = (["gaussian", "laplace"] as const).filter((name) => flags[name] !== undefined);
  if (source !== undefined && (named.length > 0 || flags.sampling !== undefined))
    fail("invalid_argument", "give the event as JSON or by flags, not both");
  if (source === undefined && named.length !== 1)
    fail(
      "invalid_argument",
      "say what is to be accounted for: a JSON file, - for standard input, --gaussian or --laplace",
    );
  const event =
    source === undefined
      ? flagged(named[0] as "gaussian" | "laplace", flags, neighbouring)
      : readPlan(source, neighbouring);
  if (flags.count === undefined) return event;
  if (!/^[1-9]\d{0,9}$/.test(flags.count))
    fail("invalid_argument", `--count must be a whole number from 1 to 2^31, not ${flags.count}`);
  return compose(neighbouring, [{ event, count: BigInt(flags.count) }]) as PrivacyEvent;
}

function flagged(mechanism: "gaussian" | "laplace", flags: EventFlags, neighbouring: Neighbouring): PrivacyEvent {
  const noise = { mechanism, noiseMultiplier: numberOf(flags[mechanism] as string, `--${mechanism}`) };
  const event =
    flags.sampling === undefined
      ? noise
      : { mechanism: "poisson-sampled", probability: numberOf(flags.sampling, "--sampling"), event: noise };
  return parsePrivacyEvent(event, neighbouring);
}

/** JSON begins with a brace; every other text is a table. */
function readPlan(source: string, neighbouring: Neighbouring): PrivacyEvent {
  const text = source.trimStart().startsWith("{") ? source : readText(source);
  if (!text.trimStart().startsWith("{"))
    return eventOfTable(text, neighbouring, source === "-" ? "the table" : basename(source));
  return parsePrivacyEvent(readJson(text), neighbouring);
}

function readJson(text: string): unknown {
  try {
    return parseJson(text, "the event");
  } catch (error) {
    return fail("invalid_message", (error as Error).message, {
      hint: 'An event is an object such as {"mechanism": "gaussian", "noiseMultiplier": 5}.',
    });
  }
}

function readText(source: string): string {
  try {
    return readFileSync(source === "-" ? 0 : source, "utf8");
  } catch (error) {
    return fail("not_found", `the event's file ${source} cannot be read: ${(error as Error).message}`);
  }
}
