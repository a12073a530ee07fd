// `paceline ask` and `paceline explain`: the price first, then a yes, then the question; and with --wait its answer.

import { type ExplainedQuestion, explainedQuestion } from "../../api/analyst.ts";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { type ErrorCode, fail, PacelineError } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";
import { newTerminal, type Terminal } from "../terminal.ts";
import {
  type CompareChoice,
  cellDocument,
  compareOf,
  comparisonDocument,
  floorOf,
  openAnswer,
  printAnswer,
} from "./answers.ts";
import { printExplanation, printRefusal } from "./explanation.ts";
import { confirmed, wholeInput } from "./input.ts";
import { type ServiceChoice, type Session, withSession } from "./session.ts";
import { errorIn, splitError } from "./units.ts";
import { patience, waitFor } from "./wait.ts";

export interface BudgetOptions extends ServiceChoice {
  readonly epsilon?: string;
  readonly rho?: string;
  readonly error?: string;
  readonly members?: string;
  readonly json?: boolean;
}

export interface AskOptions extends BudgetOptions, CompareChoice {
  readonly explain?: boolean;
  readonly yes?: boolean;
  readonly wait?: string | true;
  readonly floor?: string;
}

export async function explainCommand(sql: string, options: BudgetOptions): Promise<void> {
  await withSession(options, async (session) => {
    const explained = await explain(session, await textOf(sql), options);
    if (options.json === true) print(explained);
    else {
      const terminal = newTerminal(false);
      printExplanation(terminal, explained);
      printRefusal(terminal, explained);
    }
  });
}

/** @throws PacelineError invalid_argument where nobody can be asked and there is no --yes; what the service refuses */
export async function askCommand(sql: string, options: AskOptions): Promise<void> {
  if (options.explain === true) return await explainCommand(sql, options);
  const waitMs = options.wait === undefined ? undefined : patience(options.wait);
  const shown = floorOf(options.floor);
  await withSession(options, async (session) => {
    const terminal = newTerminal(options.json === true);
    const explained = await explain(session, await textOf(sql), options);
    printExplanation(terminal, explained);
    if (!(await decided(explained, options.yes === true, terminal))) return;
    // What was shown, and nothing else: a text that is read again tomorrow may mean another week.
    const { question, name, title } = explained;
    const { task, state } = await call(session, coordinatorRoutes.ask, { body: { ...question, name, title } });
    const release =
      state === "settled" || options.wait !== undefined ? await waitFor(session, task, waitMs, terminal) : undefined;
    const answer = release === undefined ? undefined : openAnswer(release, { ...shown, ...compareOf(options) });
    if (options.json === true)
      print({
        task,
        release: answer?.release ?? null,
        cells: answer?.cells.map(cellDocument) ?? null,
        comparisons: answer?.compared.comparisons.map(comparisonDocument) ?? null,
        cost: explained.asked === null ? explained.cost : { ...explained.cost, rho: "0" },
        budget: explained.budget,
        approval: explained.approval,
      });
    else if (answer !== undefined) printAnswer(terminal, answer);
    else {
      terminal.line(`Asked; devices answer in their own time. Its id: ${task}`);
      terminal.line(`  paceline show ${task.slice(0, 8)} --wait`);
    }
  });
}

function parsed(answer: unknown): ExplainedQuestion {
  const read = z.safeParse(explainedQuestion, answer);
  return read.success
    ? read.data
    : fail("invalid_message", "the service explains in a form that this version does not know");
}

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

const textOf = async (sql: string): Promise<string> => (sql === "-" ? await wholeInput() : sql);

async function explain(session: Session, sql: string, options: BudgetOptions): Promise<ExplainedQuestion> {
  const { epsilon, rho, error, members } = options;
  const count = members === undefined ? undefined : natural("--members", members);
  const send = async (beside: object) =>
    parsed(await call(session, coordinatorRoutes.explain, { body: { sql, ...beside } }));
  const beside = { ...(count === undefined ? {} : { members: count }), ...given({ epsilon, rho }) };
  if (error === undefined) return await send(beside);
  const { value, unit } = splitError(error);
  if (unit === "") return await send({ ...beside, error: value });
  // What the unit is of is known once the text is read.
  const { question } = await send({ ...beside, ...((epsilon ?? rho) ? { error: value } : {}) });
  return await send({ ...beside, error: errorIn(error, question, await call(session, coordinatorRoutes.metrics)) });
}

const given = (options: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

function natural(option: string, text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value < 1) fail("invalid_argument", `${option} is "${text}", not a whole number from 1`);
  return value;
}

/** Whether to go on. @throws PacelineError what would be refused; invalid_argument where nobody can be asked */
async function decided(
  { blocked, asked, cost }: ExplainedQuestion,
  yes: boolean,
  terminal: Terminal,
): Promise<boolean> {
  if (blocked !== null)
    throw new PacelineError(
      blocked.code as ErrorCode,
      blocked.why,
      blocked.change === null ? {} : { hint: blocked.change },
    );
  if (yes || asked !== null) return true;
  if (process.stdin.isTTY !== true)
    fail("invalid_argument", "nothing was asked: it costs, and nobody is there to say yes", {
      hint: "Add --yes to ask it, or --explain to see its price alone.",
    });
  if (await confirmed(`Spend ρ = ${cost.rho} on it?`)) return true;
  terminal.line("Nothing was asked, nothing is spent.");
  return false;
}
