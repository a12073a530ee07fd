// What the room computes off the page's thread: accounts, curves, calendars.

import { fail } from "../../base/errors.ts";
import { type Figure, tradeOffFigure, tradeOffWords } from "../../figures/index.ts";
import { type Neighbouring, tradeOffOf } from "../../privacy/index.ts";
import type { Progress } from "../shell/progress.ts";
import { type Accounts, accountsFigure, accountsOf } from "./accounts.ts";
import { type BurnDown, burnDownFigure, burnDownOf, orderFigure, type Timing } from "./burn-down.ts";
import { quarterFigure, quarterOf } from "./quarter.ts";
import { eventOf, parseSteps, type Step } from "./steps.ts";
import { planOfTable, tableOfPlan } from "./table.ts";

function planOf(text: string, neighbouring: Neighbouring) {
  const steps = parseSteps(text, neighbouring);
  const event = eventOf(steps, neighbouring);
  return event === undefined
    ? fail("invalid_data", "every step is left out", { hint: "Switch one on." })
    : { steps, event };
}

export const api = {
  async steps(text: string, neighbouring: Neighbouring): Promise<readonly Step[]> {
    return parseSteps(text, neighbouring);
  },
  async accounts(
    text: string,
    { neighbouring, delta }: Timing,
    progress: Progress,
  ): Promise<{ readonly accounts: Accounts; readonly figure: Figure }> {
    const accounts = accountsOf(planOf(text, neighbouring).event, neighbouring, delta, progress);
    return { accounts, figure: accountsFigure(accounts) };
  },
  async burnDown(
    text: string,
    timing: Timing,
    progress: Progress,
  ): Promise<{ readonly burn: BurnDown; readonly figures: readonly [weeks: Figure, order: Figure] }> {
    const { steps } = planOf(text, timing.neighbouring);
    const burn = burnDownOf(steps, timing, progress);
    return { burn, figures: [burnDownFigure(burn, timing.delta), orderFigure(steps, timing)] };
  },
  async tradeOff(
    text: string,
    neighbouring: Neighbouring,
    progress: Progress,
  ): Promise<{ readonly figure: Figure; readonly words: readonly string[] }> {
    const curve = tradeOffOf({ event: planOf(text, neighbouring).event, neighbouring }, { progress });
    return { figure: tradeOffFigure(curve), words: tradeOffWords(curve) };
  },
  async fromTable(text: string, neighbouring: Neighbouring): Promise<string> {
    return planOfTable(text, neighbouring);
  },
  async toTable(text: string): Promise<string> {
    return tableOfPlan(text);
  },
  async quarter(text: string) {
    const document = quarterOf(text);
    return { document, figure: quarterFigure(document) };
  },
};
