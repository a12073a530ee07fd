// paceline simulate train: accuracy of a training against its budget, before any device is asked. Nothing leaves the machine.
import { fail } from "../../base/errors.ts";
import { type Figure, figureText, svgDocument, textTable } from "../../figures/index.ts";
import { ownEngine } from "../../math/tensor/wasm/engine.ts";
import { nodeWasm } from "../../platform/node/wasm.ts";
import { startPool } from "../../platform/node/workers.ts";
import {
  type LocalJob,
  type LocalRunner,
  simulateTrainingStudy,
  type TrainingStudy,
  type TrainingStudyOptions,
  trainingFigures,
} from "../../simulate/index.ts";
import { refuseDataOptions } from "../import/import.ts";
import { stoppable } from "../stoppable.ts";
import { newTerminal } from "../terminal.ts";
import { readTraining } from "../training/read-training.ts";
import { checkWanted, writeWanted } from "../wanted-file.ts";
import { overlapCommand, readOverlapFlags } from "./overlap.ts";
import { readTrainFlags, refuseOverlapOptions, refuseTableOptions, type TrainFlags } from "./train-flags.ts";
import { ofMembers, ofTable } from "./train-input.ts";

interface Training {
  simulateLocal(job: LocalJob): Float64Array;
}

/** @throws PacelineError for what is wrong in the training, the numbers or the data, before any round */
export async function simulateTrainCommand(flags: TrainFlags): Promise<void> {
  const { manifest, table, data, skew, svg, json = false } = flags;
  if (manifest === undefined)
    return fail("invalid_argument", "say what to train", {
      hint: "Give --manifest with a training as JSON: docs/simulating.md has examples.",
    });
  checkWanted("--svg", svg);
  if (data === undefined) refuseDataOptions(flags);
  refuseTableOptions(flags);
  refuseOverlapOptions(flags);
  if (table !== undefined && data !== undefined)
    fail("invalid_argument", "examples come from --table or from --data, not from both");
  if (skew !== undefined && table === undefined)
    fail("invalid_argument", "--skew deals the examples of a --table anew: members' days are their own");
  const { workers, ...typed } = readTrainFlags(flags);
  const training = readTraining(manifest);
  const studied = table === undefined ? await ofMembers(training, flags, typed.delta) : ofTable(training, table, flags);
  if (flags.overlap !== undefined) {
    const options = { ...studied, ...typed, ...readOverlapFlags(flags) };
    await pooled(workers, (runner) => overlapCommand(options, runner, flags));
    return;
  }
  const { value: study, code } = await stoppable((signal) => simulated({ ...studied, ...typed }, workers, signal));
  if (code !== undefined) process.exitCode = code;
  const figures = trainingFigures(study);
  if (study.stopped !== null) {
    const { done, of } = study.stopped;
    const left = figures.length === 0 ? "no number can be told yet" : "what follows is of these";
    process.stderr.write(`\nStopped after ${done} of ${of} trainings: ${left}.\n`);
    if (figures.length === 0 && !json) return;
  }
  process.stdout.write(json ? `${JSON.stringify(study, null, 2)}\n` : told(study, newTerminal(false).columns));
  if (svg === undefined) return;
  writeWanted("--svg", svg, svgDocument(study.title, figures));
  process.stderr.write(`The figures are in ${svg}\n`);
}

async function pooled<T>(workers: number, work: (runner: LocalRunner) => Promise<T>): Promise<T> {
  const pool = startPool<Training>(import.meta.resolve("#workers/trainer"), workers);
  try {
    return await work({ size: workers, local: (job) => pool.run((worker) => worker.simulateLocal(job)) });
  } finally {
    await pool.close();
  }
}

async function simulated(options: TrainingStudyOptions, workers: number, signal: AbortSignal): Promise<TrainingStudy> {
  let bar: ((done: number) => void) | undefined;
  const progress = (done: number, total: number) => {
    bar ??= newTerminal(true).bar("rounds", total);
    bar(done);
  };
  return await pooled(workers, (runner) =>
    simulateTrainingStudy(options, runner, ownEngine(nodeWasm), progress, signal),
  );
}

function told(study: TrainingStudy, columns: number): string {
  const { title, people, examples, repeats, seed, delta, majority, says } = study;
  const commonest =
    majority === null ? "" : `; the commonest label has ${(100 * majority.mean).toFixed(1)} % of the held-out examples`;
  return [
    title,
    `${people} people with ${examples.toLocaleString("en-US")} examples; ${repeats} trainings a point, seed ${JSON.stringify(seed)}, δ = ${delta}${commonest}.`,
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
