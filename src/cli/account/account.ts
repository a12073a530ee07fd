// paceline account: what one event, or a composition of events, guarantees.
import { writeFileSync } from "node:fs";
import { fail } from "../../base/errors.ts";
import { figureText, svgDocument, tradeOffFigure, tradeOffWords } from "../../figures/index.ts";
import { privateMode } from "../../platform/node/private.ts";
import {
  account,
  type Plan,
  parseNeighbouring,
  type Question,
  type TradeOff,
  tradeOffOf,
} from "../../privacy/index.ts";
import { newTerminal } from "../terminal.ts";
import { type EventFlags, readEvent } from "./event.ts";
import { numberOf } from "./number.ts";
import { tell } from "./words.ts";

export interface AccountFlags extends EventFlags {
  readonly delta?: string;
  readonly epsilon?: string;
  readonly neighbouring?: string;
  readonly oneCell?: boolean;
  /** The whole trade-off curve. */
  readonly curve?: boolean;
  readonly svg?: string;
  readonly json?: boolean;
}

/** @throws PacelineError for input that is wrong, or a plan that nobody can bound */
export function accountCommand(source: string | undefined, flags: AccountFlags): void {
  const { svg, json = false } = flags;
  const curved = flags.curve === true || svg !== undefined;
  const question = questionOf(flags, curved);
  const neighbouring = parseNeighbouring(flags.neighbouring ?? "add-or-remove-one");
  const event = readEvent(source, flags, neighbouring);
  const cells = flags.oneCell ? "one" : "many";
  const plan: Plan = { event, neighbouring };
  const found = question === undefined ? undefined : account(plan, question, { cells });
  const pair = { epsilon: 0, delta: 0, ...question, ...(found === undefined ? {} : { [found.quantity]: found.upper }) };
  const curve = curved ? curveOfPlan(plan, cells) : undefined;
  if (svg !== undefined && curve !== undefined)
    writeFileSync(svg, svgDocument("Trade-off curve", [tradeOffFigure(curve)]), { mode: privateMode });
  if (json) {
    const answer = found === undefined ? {} : { ...pair, ...found };
    const document = { neighbouring, event, ...answer, ...(curve === undefined ? {} : { tradeOff: curve }) };
    process.stdout.write(`${JSON.stringify(document, named, 2)}\n`);
    return;
  }
  if (found !== undefined) process.stdout.write(tell({ event, neighbouring, ...pair, account: found }));
  if (curve === undefined) return;
  const { columns } = newTerminal(false);
  const told = [figureText(tradeOffFigure(curve), columns), ...tradeOffWords(curve).map((line) => `  ${line}\n`)];
  process.stdout.write(`${found === undefined ? "" : "\n"}${told.join("")}`);
}

/** @returns undefined where the curve alone is asked for */
function questionOf({ delta, epsilon }: AccountFlags, curved: boolean): Question | undefined {
  if (curved && delta === undefined && epsilon === undefined) return undefined;
  if ((delta === undefined) === (epsilon === undefined))
    fail("invalid_argument", "give either --delta, to learn epsilon, or --epsilon, to learn delta", {
      hint: "Or --curve, for all of them.",
    });
  return delta === undefined
    ? { epsilon: numberOf(epsilon as string, "--epsilon") }
    : { delta: numberOf(delta, "--delta") };
}

function curveOfPlan(plan: Plan, cells: "one" | "many"): TradeOff {
  let bar: ((done: number) => void) | undefined;
  const progress = (done: number, total: number) => {
    bar ??= newTerminal(true).bar("values of ε", total);
    bar(done);
  };
  // Only what takes a while says how far it is: on a terminal.
  return tradeOffOf(plan, { options: { cells }, ...(process.stderr.isTTY ? { progress } : {}) });
}

/** JSON has no infinity; null would say nothing. */
function named(_: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? "Infinity" : value;
}
