// paceline simulate train: accuracy of a training against its budget, before any device is asked. Nothing leaves the machine.
import { readFileSync, writeFileSync } from "node:fs";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { type Figure, figureText, svgDocument, textTable } from "../../figures/index.ts";
import { ownEngine } from "../../math/tensor/wasm/engine.ts";
import { privateMode } from "../../platform/node/private.ts";
import { nodeWasm } from "../../platform/node/wasm.ts";
import { startPool } from "../../platform/node/workers.ts";
import {
  type LocalJob,
  readTable,
  readTableDraft,
  simulateTrainingStudy,
  type TrainingStudy,
  type TrainingStudyOptions,
  tableStudy,
  trainingFigures,
} from "../../simulate/index.ts";
import { refuseDataOptions } from "../import/import.ts";
import { newTerminal } from "../terminal.ts";
import { withUndo } from "../undo.ts";
import { readTrainFlags, type TrainFlags } from "./train-flags.ts";

interface Training {
  simulateLocal(job: LocalJob): Float64Array;
}

type Studied = Pick<TrainingStudyOptions, "training" | "people" | "notes">;

/** @throws PacelineError for what is wrong in the training, the numbers or the data, before any round */
export async function simulateTrainCommand(flags: TrainFlags): Promise<void> {
  const { manifest, table, data, svg, json = false } = flags;
  if (manifest === undefined)
    return fail("invalid_argument", "say what to train", {
      hint: "Give --manifest with a training as JSON: docs/simulating.md has examples.",
    });
  if (data === undefined) refuseDataOptions(flags);
  if (table === undefined || data !== undefined) return fail("invalid_argument", "give --table with labelled examples");
  const { workers, ...typed } = readTrainFlags(flags);
  const studied = ofTable(parseJson(read(manifest), manifest, "invalid_data"), table, flags);
  const study = await withUndo(async (undo) => {
    const pool = startPool<Training>(import.meta.resolve("#workers/trainer"), workers);
    undo.add(() => pool.close());
    let bar: ((done: number) => void) | undefined;
    return await simulateTrainingStudy(
      { ...studied, ...typed },
      { size: workers, local: (job) => pool.run((worker) => worker.simulateLocal(job)) },
      ownEngine(nodeWasm),
      (done, total) => {
        bar ??= newTerminal(true).bar("rounds", total);
        bar(done);
      },
    );
  });
  const figures = trainingFigures(study);
  if (svg !== undefined) writeFileSync(svg, svgDocument(study.title, figures), { mode: privateMode });
  process.stdout.write(json ? `${JSON.stringify(study, null, 2)}\n` : told(study, newTerminal(false).columns));
  if (svg !== undefined) process.stderr.write(`The figures are in ${svg}\n`);
}

function ofTable(draft: unknown, path: string, { person, label, group, without }: TrainFlags): Studied {
  if (person === undefined || label === undefined)
    return fail("invalid_argument", "say which columns hold the person and the label, with --person and --label");
  const table = readTable(read(path), {
    ...{ person, label },
    ...(group === undefined ? {} : { group }),
    without: without === undefined ? [] : without.split(",").map((name) => name.trim()),
  });
  const { people, features, classes, left } = table;
  return {
    ...tableStudy(readTableDraft(draft), table),
    notes: [
      `${people.length} people, ${features.length} columns, ${classes.length} classes (${classes.join(", ")}) of ${path}; means and spreads that standardise are those of the examples that are trained on.`,
      ...(left > 0 ? [`${left} lines were left out: of no person or class, or with another number of cells.`] : []),
    ],
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    return fail("not_found", `${path} cannot be read`, { cause });
  }
}

function told(study: TrainingStudy, columns: number): string {
  const { title, people, examples, repeats, seed, delta, majority, says } = study;
  return [
    title,
    `${people} people with ${examples.toLocaleString("en-US")} examples; ${repeats} trainings a point, seed ${JSON.stringify(seed)}, δ = ${delta}; the commonest label has ${(100 * majority.mean).toFixed(1)} % of the held-out examples.`,
    ...trainingFigures(study).map((figure) => `\n${textTable(figure)}\n${drawn(figure, columns)}`.trimEnd()),
    "\nWhat the numbers contain",
    ...says.map((line) => `  - ${line}`),
    "",
  ].join("\n");
}

/** Without the title, which its table has. */
function drawn(figure: Figure, columns: number): string {
  const text = figureText(figure, columns);
  return text.slice(text.indexOf("\n") + 1);
}
