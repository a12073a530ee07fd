// paceline simulate: error against budget by the product's own code, on synthetic members or on your own. Nothing leaves the machine.
import { fail } from "../../base/errors.ts";
import { svgDocument } from "../../figures/index.ts";
import { startPool } from "../../platform/node/workers.ts";
import { type RunsJob, type StudyResult, simulateStudy, studyFigures } from "../../simulate/index.ts";
import { refuseDataOptions } from "../import/import.ts";
import { dataMembers } from "../local/members.ts";
import { serviceRegistry } from "../registry.ts";
import { newTerminal } from "../terminal.ts";
import { withUndo } from "../undo.ts";
import { checkWanted, writeWanted } from "../wanted-file.ts";
import { readFlags, type SimulateFlags } from "./flags.ts";
import { tellStudy } from "./tell.ts";

interface Simulating {
  simulateRuns(job: RunsJob): Float64Array;
}

/** More figures than anyone reads; the table of all is in --json. */
const FIGURES_MAX = 80;

/** @throws PacelineError for what is wrong in the question, the numbers or the data, before any run */
export async function simulateCommand(flags: SimulateFlags): Promise<void> {
  const { sql, data, registry, svg, json = false } = flags;
  if (sql === undefined)
    return fail("invalid_argument", "say what to simulate", {
      hint: 'For example: --sql "SELECT MEDIAN(rhr) FROM member_week"',
    });
  checkWanted("--svg", svg);
  if (data === undefined) refuseDataOptions(flags);
  const { workers, ...typed } = readFlags(flags, sql);
  const people = data === undefined ? undefined : await dataMembers(data, flags, json);
  const operator = await serviceRegistry("helper", registry);
  const study = await withUndo(async (undo) => {
    const pool = startPool<Simulating>(import.meta.resolve("#workers/simulator"), workers);
    undo.add(() => pool.close());
    const bar = progressBar();
    return await simulateStudy(
      { question: { sql }, operator, ...typed, ...(people === undefined ? {} : { data: people }) },
      { size: workers, run: (job) => pool.run((worker) => worker.simulateRuns(job)) },
      bar,
    );
  });
  for (const note of people?.notes ?? []) process.stderr.write(`${note}\n`);
  process.stdout.write(json ? `${JSON.stringify(study, null, 2)}\n` : tellStudy(study, newTerminal(false).columns));
  if (svg === undefined) return;
  writeWanted("--svg", svg, drawing(study));
  process.stderr.write(`The figures are in ${svg}\n`);
}

function progressBar(): (done: number, total: number) => void {
  let bar: ((done: number) => void) | undefined;
  return (done, total) => {
    bar ??= newTerminal(true).bar("runs", total);
    bar(done);
  };
}

function drawing(study: StudyResult): string {
  const figures = studyFigures(study);
  if (figures.length > FIGURES_MAX)
    fail("invalid_argument", `${figures.length} figures in one file; at most ${FIGURES_MAX} can be read`, {
      hint: "Ask fewer statistics or groups at once, or take --json.",
    });
  return svgDocument(study.title, figures);
}
