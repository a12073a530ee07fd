// What asking would cost and tell, for a person to decide by.
import type { EpochAfter, ExplainedQuestion } from "../../api/analyst.ts";
import type { Terminal } from "../terminal.ts";
import { formatted, shown } from "./answers.ts";
import { table } from "./table.ts";
import { wrapped } from "./wrapped.ts";

/** The least that any epoch would have left, in each service's books. */
const tightest = (epochs: readonly EpochAfter[]) => [...epochs].sort((a, b) => Number(a.after) - Number(b.after))[0];

/** "ρ 0.49 of 0.5 (2026-W48)" */
function remains(epochs: readonly EpochAfter[], blocked: boolean): string {
  const least = tightest(epochs);
  if (least === undefined) return "not used yet";
  return `ρ ${blocked ? least.left : least.after} of ${least.cap} in ${least.epoch}`;
}

export function printExplanation(terminal: Terminal, explained: ExplainedQuestion): void {
  const { title, cost, cells, predicted, assumption, chosen, others, notice, asked, budget, blocked } = explained;
  const { window, minCohort } = explained.question as { window: { end: string; days: number }; minCohort: number };
  const price = `ρ = ${cost.rho} (ε = ${shown(cost.epsilon)} at δ = ${cost.delta}), ${cost.mechanism}`;
  const never = blocked !== null;
  terminal.line(terminal.style("bold", title));
  const rows = [
    ["about", `${window.days} days until ${window.end}; at least ${minCohort} devices, ${cells} released numbers`],
    [
      "cost",
      asked === null ? price : `nothing: it was asked before, and is ${asked.state} (${asked.task.slice(0, 8)})`,
    ],
    [never ? "left" : "leaves", `${remains(budget.coordinator, never)}`],
  ];
  if (budget.helper !== null && budget.helper.length > 0)
    rows.push(["", `${remains(budget.helper, never)}, in the helper's books`]);
  const said = explained.approval === null ? undefined : approvalWords[explained.approval];
  if (said !== undefined) rows.push(["approval", said]);
  rows.push(["way", chosen]);
  for (const other of others) rows.push(["", `or ${other.way}: ± ${widthsOf(other.widths95)}`]);
  terminal.line(table(rows));
  for (const line of wrapped(explained.lifetime.says, lineWidth(terminal))) terminal.line(`  ${line}`);
  terminal.line("  ± of 95 % intervals, for one group:");
  terminal.line(table(predictedRows(predicted), "    "));
  terminal.line(`  ${terminal.style("dim", `if ${assumption}`)}`);
  for (const { says } of explained.hopeless)
    for (const line of wrapped(says, lineWidth(terminal))) terminal.line(`  ${terminal.style("yellow", line)}`);
  terminal.line("  Members read:");
  for (const line of wrapped(notice, lineWidth(terminal))) terminal.line(`    ${line}`);
}

/** What the helper's operator decides by hand. */
const approvalWords: Partial<Record<NonNullable<ExplainedQuestion["approval"]>, string>> = {
  needed: "the helper's operator approves it by hand: it waits for that, and nothing is spent until then",
  waiting: "waits for the helper's operator, who has not decided yet; nothing is spent until then",
  approved: "the helper's operator has approved it",
  refused: "the helper's operator has refused it",
};

/** Why it would not be asked, and what to change. */
export function printRefusal(terminal: Terminal, { blocked }: ExplainedQuestion): void {
  if (blocked === null) return;
  terminal.line(terminal.style("yellow", `  It would be refused: ${blocked.why} [${blocked.code}]`));
  if (blocked.change !== null) terminal.line(`  ${blocked.change}`);
}

type Widths = ExplainedQuestion["predicted"][number]["widths95"];
const STATISTICS_SHOWN = 6;

const widthsOf = (widths: Widths) =>
  widths
    .slice(0, STATISTICS_SHOWN)
    .map(({ statistic, halfWidth }) => formatted(statistic, halfWidth))
    .join(", ");

function predictedRows(predicted: ExplainedQuestion["predicted"]): readonly (readonly string[])[] {
  const names = predicted[0]?.widths95.slice(0, STATISTICS_SHOWN).map(({ statistic }) => statistic) ?? [];
  const more = (predicted[0]?.widths95.length ?? 0) - names.length;
  return [
    ["members", ...names, more > 0 ? `and ${more} more` : ""],
    ...predicted.map(({ members, widths95 }) => [
      members.toLocaleString("en-US"),
      ...widths95.slice(0, STATISTICS_SHOWN).map(({ statistic, halfWidth }) => `± ${formatted(statistic, halfWidth)}`),
      "",
    ]),
  ];
}

const lineWidth = ({ columns }: Terminal) => Math.min(columns, 100) - 4;
