// paceline account: what one event, or a composition of events, guarantees.
import { fail } from "../../base/errors.ts";
import { account, parseNeighbouring } from "../../privacy/index.ts";
import { type EventFlags, numberOf, readEvent } from "./event.ts";
import { tell } from "./words.ts";

export interface AccountFlags extends EventFlags {
  readonly delta?: string;
  readonly epsilon?: string;
  readonly neighbouring?: string;
  readonly oneCell?: boolean;
  readonly json?: boolean;
}

/** @throws PacelineError for input that is wrong, or a plan that nobody can bound */
export function accountCommand(source: string | undefined, flags: AccountFlags): void {
  if ((flags.delta === undefined) === (flags.epsilon === undefined))
    fail("invalid_argument", "give either --delta, to learn epsilon, or --epsilon, to learn delta");
  const neighbouring = parseNeighbouring(flags.neighbouring ?? "add-or-remove-one");
  const event = readEvent(source, flags, neighbouring);
  const question =
    flags.delta === undefined
      ? { epsilon: numberOf(flags.epsilon as string, "--epsilon") }
      : { delta: numberOf(flags.delta, "--delta") };
  const found = account({ event, neighbouring }, question, { cells: flags.oneCell ? "one" : "many" });
  const pair = { epsilon: 0, delta: 0, ...question, [found.quantity]: found.upper };
  const document = { neighbouring, event, ...pair, ...found };
  process.stdout.write(
    flags.json ? `${JSON.stringify(document, named, 2)}\n` : tell({ event, neighbouring, ...pair, account: found }),
  );
}

/** JSON has no infinity; null would say nothing. */
function named(_: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? "Infinity" : value;
}
