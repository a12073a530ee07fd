// paceline train: begins a training at the service that one is logged in to and follows it; status, stop, resume, rollback.
import { join } from "node:path";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import type { TrainingAction, TrainingView } from "../../api/training.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { figureText, svgDocument } from "../../figures/index.ts";
import { readDraft } from "../../learning/plan/training/draft.ts";
import { encodeBundle } from "../../task/bundle.ts";
import { type ServiceChoice, type Session, withSession } from "../analyst/session.ts";
import { newTerminal, type Terminal } from "../terminal.ts";
import { checkWanted, wantedFolder, writeWanted } from "../wanted-file.ts";
import { readTraining } from "./read-training.ts";
import { accuracyFigure, roundLine, statusText } from "./words.ts";

export interface TrainOptions extends ServiceChoice {
  readonly manifest?: string;
  readonly rounds?: string;
  readonly wait?: string | true;
  readonly model?: string;
  readonly svg?: string;
  readonly bundles?: string;
  readonly json?: boolean;
}

const LOOK_MS = 2000;
/** Answers that may come out otherwise a little later. */
const AGAIN = new Set(["unavailable", "rate_limited", "conflict"]);
const FAILURES_MAX = 10;

/** @throws PacelineError for what is wrong in the file, and whatever rule of either service says no, before anything is spent */
export async function trainCommand(options: TrainOptions): Promise<void> {
  const { manifest, rounds, json = false } = options;
  checkWanted("--model", options.model);
  checkWanted("--svg", options.svg);
  if (manifest === undefined)
    return fail("invalid_argument", "say what to train", {
      hint: "Give --manifest with a training as JSON: docs/training.md lists its fields. Or: paceline train status.",
    });
  const { draft, note } = readTraining(manifest);
  if (note !== undefined) process.stderr.write(`${note}\n`);
  // Here already: another file by mistake, with a key in it perhaps, leaves this machine for nobody.
  const training = readDraft({ ...draft, ...(rounds !== undefined && { rounds: whole("--rounds", rounds) }) });
  const body = { training };
  await withSession(options, async (session) => {
    const begun = await call(session, coordinatorRoutes.train, { body });
    const terminal = newTerminal(json);
    if (!json) terminal.line(statusText(begun).trimEnd());
    const view = options.wait === undefined ? begun : await followed(session, begun, options, terminal);
    await finished(session, view, options);
  });
}

function whole(option: string, text: string): number {
  return /^[1-9]\d{0,4}$/.test(text)
    ? Number(text)
    : fail("invalid_argument", `${option} is "${text}", no whole number`);
}

/** Looks until the training is over, or for so long; tells every round as it is closed. */
async function followed(
  session: Session,
  begun: TrainingView,
  { wait, json = false }: TrainOptions,
  terminal: Terminal,
): Promise<TrainingView> {
  const until =
    performance.now() + (wait === true || wait === undefined ? Number.POSITIVE_INFINITY : 1000 * whole("--wait", wait));
  let view = begun;
  let failures = 0;
  for (let told = 0; ; ) {
    for (const round of view.rounds.slice(told)) {
      if (json) process.stdout.write(`${JSON.stringify({ run: view.run, ...round })}\n`);
      else terminal.line(`  ${roundLine(round, view)}`);
    }
    told = view.rounds.length;
    if (view.phase !== "running" || performance.now() >= until) return view;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_MS, Math.max(50, until - performance.now()))));
    try {
      view = await steer(session, view.run, { action: "advance" });
      failures = 0;
    } catch (error) {
      if (!isPacelineError(error)) throw error;
      if (AGAIN.has(error.code)) {
        if (++failures > FAILURES_MAX) throw error;
        continue;
      }
      // What one round met keeps no other from its end.
      view = await call(session, coordinatorRoutes.training, { parameters: { run: view.run } });
      if (!isAnswered(view)) throw error;
    }
  }
}

/** Whether devices answer one of its rounds now. */
const isAnswered = ({ overlap, round }: TrainingView): boolean =>
  (overlap?.open ?? [round]).some(({ task }) => task !== null);

const steer = (session: Session, run: string, body: TrainingAction): Promise<TrainingView> =>
  call(session, coordinatorRoutes.steer, { parameters: { run }, body });

/** The model and the figure, where they are wanted; the training as it stands. */
async function finished(session: Session, view: TrainingView, { model, svg, json = false }: TrainOptions) {
  if (model !== undefined) {
    const { model: text } = await call(session, coordinatorRoutes.model, { parameters: { run: view.run } });
    writeWanted("--model", model, text);
    process.stderr.write(`The model is in ${model}\n`);
  }
  const figure = accuracyFigure(view);
  if (svg !== undefined) {
    if (figure === undefined) fail("invalid_argument", "nobody is held out, so there is no accuracy to draw");
    else writeWanted("--svg", svg, svgDocument(view.title, [figure]));
    process.stderr.write(`The figure is in ${svg}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(view)}\n`);
  else {
    if (figure !== undefined) process.stdout.write(`\n${figureText(figure, newTerminal(false).columns)}\n`);
    process.stdout.write(`${view.phase}${view.because === null ? "" : `: ${view.because}`}; ρ = ${view.rhoSpent}\n`);
  }
}

/** Of one training by the beginning of its run or its name, or all of them. */
export async function trainStatusCommand(wanted: string | undefined, options: TrainOptions): Promise<void> {
  const flag = (["model", "svg", "bundles"] as const).find((name) => options[name] !== undefined);
  if (wanted === undefined && flag !== undefined) fail("invalid_argument", `say of which training --${flag} is wanted`);
  checkWanted("--model", options.model);
  checkWanted("--svg", options.svg);
  await withSession(options, async (session) => {
    const { trainings } = await call(session, coordinatorRoutes.trainings);
    const chosen = wanted === undefined ? trainings : [found(trainings, wanted)];
    if (options.json) process.stdout.write(`${JSON.stringify(wanted === undefined ? { trainings } : chosen[0])}\n`);
    else if (chosen.length === 0) process.stdout.write("No training has begun here.\n");
    else process.stdout.write(chosen.map(statusText).join("\n"));
    const [only] = chosen;
    if (wanted !== undefined && only !== undefined && (options.svg ?? options.model) !== undefined)
      await finished(session, only, { ...options, json: false });
    if (only !== undefined && options.bundles !== undefined) await writeBundles(session, only, options.bundles);
  });
}

/** What proves each closed round, for `paceline model` and `paceline verify`: round-1.json and so on. */
async function writeBundles(session: Session, { rounds }: TrainingView, folder: string): Promise<void> {
  wantedFolder("--bundles", folder);
  for (const { number, task } of rounds) {
    const bundle = await call(session, coordinatorRoutes.bundle, { parameters: { task } });
    writeWanted("--bundles", join(folder, `round-${number}.json`), encodeBundle(bundle));
  }
  process.stderr.write(`The bundles of ${rounds.length} rounds are in ${folder}\n`);
}

/** The newest of a name. @throws PacelineError not_found */
function found(trainings: readonly TrainingView[], wanted: string): TrainingView {
  const one = trainings.findLast(({ run, name }) => name === wanted || (wanted.length >= 4 && run.startsWith(wanted)));
  return one ?? fail("not_found", `no training is called "${wanted}"`, { hint: "paceline train status lists them." });
}

export async function trainSteerCommand(wanted: string, action: TrainingAction, options: TrainOptions): Promise<void> {
  await withSession(options, async (session) => {
    const { trainings } = await call(session, coordinatorRoutes.trainings);
    const view = await steer(session, found(trainings, wanted).run, action);
    process.stdout.write(options.json ? `${JSON.stringify(view)}\n` : statusText(view));
    // It runs, and nobody is asked: whatever keeps it is this command's outcome too.
    if (action.action === "resume" && view.phase === "running" && view.because !== null && !isAnswered(view))
      await steer(session, view.run, { action: "advance" });
  });
}
