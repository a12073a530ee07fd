// `paceline budget`: what is left, in both services' books, and for how long.
import type { Budget } from "../../api/analyst.ts";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { newTerminal, type Terminal } from "../terminal.ts";
import { shown } from "./answers.ts";
import { type ServiceChoice, withSession } from "./session.ts";
import { table } from "./table.ts";

export async function budgetCommand(options: ServiceChoice & { readonly json?: boolean }): Promise<void> {
  await withSession(options, async (session) => {
    const budgets = await call(session, coordinatorRoutes.budget);
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ version: 1, ...budgets }, null, 2)}\n`);
      return;
    }
    const terminal = newTerminal(false);
    const alone = budgets.trustMode === "one-coordinator";
    const asked = alone ? "All rounds of a training" : "A question";
    printBudget(terminal, "The coordinator's books", asked, budgets.coordinator);
    if (alone)
      terminal.line("This coordinator has no helper: it trains by masked sums alone, and nobody else keeps books.");
    else if (budgets.helper === null) terminal.line("The helper does not answer now: its books are not known.");
    else printBudget(terminal, "The helper's books", asked, budgets.helper);
  });
}

const CELLS = 20;

function printBudget(
  terminal: Terminal,
  title: string,
  asked: string,
  { epochs, left, rhoPerDay, exhaustedInDays }: Budget,
): void {
  terminal.line(terminal.style("bold", title));
  if (epochs.length === 0) {
    terminal.line("  nothing was debited there yet");
    return;
  }
  terminal.line(
    table(
      epochs.map(({ epoch, cap, spent, left: rest }) => {
        const full = Number(cap) > 0 ? Math.round((CELLS * Number(spent)) / Number(cap)) : CELLS;
        return [epoch, `${"█".repeat(full)}${"·".repeat(CELLS - full)}`, `ρ ${spent} of ${cap}`, `${rest} left`];
      }),
    ),
  );
  if (left !== null) terminal.line(`  ${asked} about the last four weeks, asked now, may cost ρ ${left}.`);
  if (exhaustedInDays === null) return;
  terminal.line(
    `  At ρ ${shown(rhoPerDay)} a day, as in the last 28, the year's budget lasts ${exhaustedInDays} days.`,
  );
}
