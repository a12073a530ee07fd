// `paceline releases`, `show` and `export`: what was asked, how far it is, and its answer.
import { writeFileSync } from "node:fs";
import type { ListedQuestion, WholeQuestion } from "../../api/analyst.ts";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { fromBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { decodeRelease } from "../../estimate/index.ts";
import { type ExportFormat, exportFormats, exportRelease } from "../../figures/index.ts";
import { privateMode } from "../../platform/node/private.ts";
import { newTerminal, type Terminal } from "../terminal.ts";
import {
  type CompareChoice,
  cellDocument,
  compareOf,
  compareOptions,
  comparisonDocument,
  floorOf,
  openAnswer,
  printAnswer,
} from "./answers.ts";
import { allQuestions, taskOf } from "./find.ts";
import { type ServiceChoice, type Session, withSession } from "./session.ts";
import { moment, table } from "./table.ts";
import { patience, questionOf, waitFor } from "./wait.ts";

interface JsonOption extends ServiceChoice {
  readonly json?: boolean;
}

export async function releasesCommand(options: JsonOption): Promise<void> {
  await withSession(options, async (session) => {
    const all: ListedQuestion[] = [];
    for await (const one of allQuestions(session)) all.push(one);
    if (options.json === true) print({ version: 1, questions: all });
    else
      newTerminal(false).line(
        all.length === 0
          ? 'Nothing was asked yet. Try: paceline explain "SELECT COUNT(*) FROM member_week"'
          : table(all.map(rowOf), ""),
      );
  });
}

const words = { reserved: "being signed", published: "open", settled: "settled" } as const;

const rowOf = ({ task, state, asked, rho, window, title }: ListedQuestion) => [
  task.slice(0, 8),
  words[state],
  moment(asked),
  `ρ ${rho}`,
  `${window.start} to ${window.end}`,
  title,
];

export async function showCommand(
  typed: string,
  options: JsonOption &
    CompareChoice & { readonly wait?: string | true; readonly floor?: string; readonly against?: string },
): Promise<void> {
  if (options.compare !== undefined && options.against !== undefined)
    fail("invalid_argument", "--compare is within an answer, --against with another one: name one");
  const waitMs = options.wait === undefined ? undefined : patience(options.wait);
  const shown = floorOf(options.floor);
  await withSession(options, async (session) => {
    const task = await taskOf(session, typed);
    const terminal = newTerminal(options.json === true);
    if (options.wait !== undefined) await waitFor(session, task, waitMs, terminal);
    const question = await questionOf(session, task);
    const earlier = options.against === undefined ? undefined : await taskOf(session, options.against);
    const answer =
      question.state === "settled"
        ? openAnswer(
            await releaseOf(session, task),
            { ...shown, ...compareOf(options) },
            earlier === undefined ? undefined : await releaseOf(session, earlier),
          )
        : undefined;
    if (options.json === true)
      print({
        question,
        release: answer?.release ?? null,
        cells: answer?.cells.map(cellDocument) ?? null,
        ...(earlier === undefined ? {} : { against: earlier }),
        comparisons: answer?.compared.comparisons.map(comparisonDocument) ?? null,
        says: answer?.compared.says ?? [],
      });
    else if (answer !== undefined && question.kind === "question") printAnswer(terminal, answer);
    else printQuestion(terminal, question);
  });
}

const releaseOf = async (session: Session, task: string): Promise<string> =>
  (await call(session, coordinatorRoutes.release, { parameters: { task } })).release;

function printQuestion(terminal: Terminal, question: WholeQuestion): void {
  const { task, title, state, progress, closes, asked, settled, rho, window, minCohort, notice } = question;
  terminal.line(terminal.style("bold", title));
  const time = settled === null ? `open until ${moment(closes)}` : `settled ${moment(settled)}`;
  const reports = `${progress.reports === "enough" ? "enough" : `${progress.reports} of the ${minCohort} that it takes`}`;
  terminal.line(
    table([
      ["id", task],
      ["state", `${words[state]}, asked ${moment(asked)} UTC, ${time}`],
      ["about", `${window.start} to ${window.end}`],
      ["cost", `ρ = ${rho}`],
      ["reports", progress.complete ? "complete" : reports],
      ["members read", notice],
    ]),
  );
  if (state !== "settled") terminal.line(`  paceline show ${task.slice(0, 8)} --wait`);
}

export type ExportOptions = ServiceChoice & { readonly out?: string; readonly floor?: string } & {
  readonly [format: string]: unknown;
};

/** @throws PacelineError conflict while it is not settled, invalid_argument unless one format is named */
export async function exportCommand(typed: string, options: ExportOptions): Promise<void> {
  const option = (format: ExportFormat) => format.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const named = exportFormats.filter((format) => options[option(format)] === true);
  const [format] = named;
  if (named.length !== 1 || format === undefined)
    return fail("invalid_argument", `name one format: ${exportFormats.map((each) => `--${each}`).join(" or ")}`);
  const shown = floorOf(options.floor);
  await withSession(options, async (session) => {
    const task = await taskOf(session, typed);
    const release = decodeRelease(fromBase64Url(await releaseOf(session, task)));
    const compare = typeof options.compare === "string" ? options.compare : undefined;
    const text = exportRelease(release, format, { ...shown, ...compareOptions(release, compare) });
    if (options.out === undefined) process.stdout.write(text);
    else writeFileSync(options.out, text, { mode: privateMode });
  });
}

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
