// The same plan by each accountant: upper bounds, and the lower bounds that say how far off they may be.
import { isPacelineError } from "../../base/errors.ts";
import type { Figure, Row } from "../../figures/index.ts";
import { type Accountant, account, type Neighbouring, type PrivacyEvent } from "../../privacy/index.ts";
import { small } from "../parts/numbers.ts";
import { epsilonBars } from "./bars.ts";

export interface Opinion {
  readonly accountant: Accountant;
  /** Infinite where it proves nothing. */
  readonly upper: number | undefined;
  readonly lower: number;
  readonly refusal: string | undefined;
}

export interface Accounts {
  readonly event: PrivacyEvent;
  readonly neighbouring: Neighbouring;
  readonly delta: number;
  readonly opinions: readonly Opinion[];
  /** As paceline account answers: the tightest upper bound, and whose it is. */
  readonly best: {
    readonly accountant: Accountant;
    readonly upper: number;
    readonly lower: number;
    readonly tight: boolean;
  };
}

const ASKED: readonly (readonly [Accountant, string])[] = [
  ["pure", "Basic: ε added up"],
  ["kov", "Optimal (of ε, δ)"],
  ["zcdp", "zCDP"],
  ["rdp", "Rényi DP"],
  ["gdp", "Gaussian DP"],
  ["pld", "Privacy loss (PLD)"],
];

export function accountsOf(
  event: PrivacyEvent,
  neighbouring: Neighbouring,
  delta: number,
  progress: (done: number, total: number) => void,
): Accounts {
  const plan = { event, neighbouring };
  const opinions = ASKED.map(([accountant], at): Opinion => {
    progress(at, ASKED.length + 1);
    try {
      const { upper, lower } = account(plan, { delta }, { accountants: [accountant] });
      return { accountant, upper, lower, refusal: undefined };
    } catch (error) {
      if (!isPacelineError(error)) throw error;
      return {
        accountant,
        upper: undefined,
        lower: 0,
        refusal: (error.hint ?? error.message).replace(`${accountant}: `, ""),
      };
    }
  });
  progress(ASKED.length, ASKED.length + 1);
  const { accountant, upper, lower, tight } = account(plan, { delta });
  return { event, neighbouring, delta, opinions, best: { accountant, upper, lower, tight } };
}

const said = (value: number) => value.toLocaleString("en-US", { maximumSignificantDigits: 4 });

export function accountsFigure({ opinions, delta }: Accounts): Figure {
  const rows = opinions.map(({ accountant, upper, lower, refusal }): Row => {
    const label = ASKED.find(([name]) => name === accountant)?.[1] ?? accountant;
    const bounded = upper !== undefined && Number.isFinite(upper);
    return {
      label,
      upper: bounded ? upper : null,
      lower: bounded && lower > 0 ? lower : null,
      why: refusal ?? "",
      reading: bounded
        ? lower > 0
          ? `ε from ${said(lower)} to ${said(upper)}`
          : `ε ≤ ${said(upper)}`
        : refusal === undefined
          ? "no bound"
          : "does not apply",
    };
  });
  const most = Math.max(0, ...rows.map(({ upper }) => (typeof upper === "number" ? upper : 0)));
  return {
    id: "accounts",
    title: `The same plan by each accountant, δ = ${small(delta)}`,
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: `ε at δ = ${small(delta)}: upper bounds, and lower bounds of the exact value where known`,
    columns: [
      { title: "Accountant", fields: ["label"], format: { kind: "words" } },
      { title: "ε at most", fields: ["upper"], format: { kind: "significant", digits: 6 } },
      { title: "Exactly at least", fields: ["lower"], format: { kind: "significant", digits: 6 } },
      { title: "Why it has none", fields: ["why"], format: { kind: "words" } },
    ],
    chart: epsilonBars(most, { to: "upper", means: "upper bound of ε" }),
  };
}
