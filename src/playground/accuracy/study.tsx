// The question asked many times, of synthetic members or of the reader's own: what the predictions are worth.
import { useMemo } from "preact/hooks";
import type { OwnFiles } from "../data/read.ts";
import { SelectField, TextField } from "../parts/fields.tsx";
import { FigureCard } from "../parts/figure.tsx";
import { numberIn } from "../parts/numbers.ts";
import { saveText } from "../parts/save.ts";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { threadsIn } from "../shell/threads.ts";
import type { Studied, StudyAsked } from "./api.ts";
import { type AccuracyFields, membersOf } from "./state.ts";
import { releasesFigure, splitFigure } from "./studied.ts";

/** A thread of its own: ending it ends nothing else. */
const desk = newDesk("accuracy");
/** Beside the budget that is chosen. */
const BESIDE = ["0.1", "0.3", "1", "3"];

export function Study({
  state,
  own,
  ownBudget,
}: {
  readonly state: AccuracyFields;
  readonly own: OwnFiles | undefined;
  readonly ownBudget: boolean;
}) {
  const context = useMemo((): { own: OwnFiles | undefined; ownBudget: boolean } => ({ own, ownBudget }), []);
  Object.assign(context, { own, ownBudget });
  const job = useMemo(
    () => desk.job((api, progress) => api.study(askedOf(state, context.ownBudget), context.own, progress)),
    [],
  );
  const studied = job.result.value;
  return (
    <section class="stack" aria-label="A simulation">
      <div class="card">
        <h2>Ask it many times</h2>
        <p class="muted">
          {own === undefined ? "Synthetic members are drawn" : "Your members are drawn, with replacement"}, their
          devices' own code clips and encodes, both aggregators' exact noise is added, and the answer is read as an
          analyst reads it.
        </p>
        <div class="row compact">
          <TextField label="Times" value={state.runs} inputMode="numeric" />
          <TextField label="Seed" value={state.seed} />
          <TextField label="Threads" value={state.threads} inputMode="numeric" placeholder="all" />
          <button type="button" class="main" onClick={() => void job.run()} disabled={job.busy.value}>
            Run
          </button>
        </div>
        <Working job={job} name="Asking" />
        <TroubleCard trouble={job.trouble.value} />
      </div>
      {studied === undefined ? null : <Findings state={state} studied={studied} />}
    </section>
  );
}

function askedOf(state: AccuracyFields, ownBudget: boolean): StudyAsked {
  const epsilon = state.epsilon.value;
  const epsilons = [...new Set([...BESIDE, epsilon])].sort((a, b) => Number(a) - Number(b));
  return {
    sql: state.sql.value,
    epsilons: ownBudget ? [] : epsilons,
    members: membersOf(state),
    runs: numberIn(state.runs.value, 1, 1e6) ?? Number.NaN,
    seed: state.seed.value,
    threads: threadsIn(state.threads.value),
  };
}

function Findings({
  state,
  studied: { study, figures },
}: {
  readonly state: AccuracyFields;
  readonly studied: Studied;
}) {
  const at = Math.min(Math.max(0, Number(state.cell.value) || 0), study.cells.length - 1);
  const budget = state.epsilon.value;
  const [errors, answers] = [figures[2 * at], figures[2 * at + 1]];
  const [releases, split] = useMemo(
    () => [releasesFigure(study, at, budget), splitFigure(study, at, budget)],
    [study, at, budget],
  );
  const choices = study.cells.map(({ title, group }, index) => ({
    value: `${index}`,
    label: group === null ? title : `${title}, ${group}`,
  }));
  return (
    <>
      {choices.length > 1 ? <SelectField label="Which number" value={state.cell} choices={choices} /> : null}
      {releases === undefined ? null : <FigureCard figure={releases} />}
      <div class="pair">
        {split === undefined ? null : <FigureCard figure={split} />}
        {errors === undefined ? null : <FigureCard figure={errors} />}
      </div>
      {answers === undefined ? null : <FigureCard figure={answers} />}
      <details class="card">
        <summary>What these numbers contain</summary>
        <ul class="notes">
          {study.says.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <button
          type="button"
          class="quiet"
          onClick={() => saveText("study.json", "application/json", `${JSON.stringify(study, null, 2)}\n`)}
        >
          All of it as JSON, as paceline simulate --json writes it
        </button>
      </details>
    </>
  );
}
