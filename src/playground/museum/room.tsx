// The museum: known mistakes, each run as it was and as Paceline does it.
import { useMemo } from "preact/hooks";
import { claimWords } from "../../simulate/attacks/bounds.ts";
import { SelectField, TextField } from "../parts/fields.tsx";
import { FigureCard } from "../parts/figure.tsx";
import { Term } from "../parts/term.tsx";
import { type Verdict, Verdicts } from "../parts/verdicts.tsx";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import { threadsIn } from "../shell/threads.ts";
import { abouts, exhibitIds } from "./abouts.ts";
import type { ExhibitResult, Judged } from "./audit.ts";
import { ExhibitCard } from "./exhibit-card.tsx";
import { HandOn } from "./hand-on.tsx";
import { exhibitOf, fields, optionsOf } from "./state.ts";

/** Ending one ends not the other. */
const desks = { one: newDesk("museum"), all: newDesk("museum") };

export function Room() {
  const state = useMemo(fields, []);
  const jobs = useMemo(
    () => ({
      one: desks.one.job((api, progress) => api.run(optionsOf(state), threadsIn(state.threads.value), progress)),
      all: desks.all.job((api, progress) => api.all(optionsOf(state), threadsIn(state.threads.value), progress)),
    }),
    [],
  );
  const id = exhibitOf(state);
  useLater(() => {
    if (jobs.one.busy.value) jobs.one.cancel();
    void jobs.one.run();
  }, [id]);
  const shown = jobs.one.result.value;
  // Of the exhibit that is looked at, not of the one before.
  const own = shown?.result.options.exhibit === id ? shown : undefined;
  const all = jobs.all.result.value;
  return (
    <div class="bench">
      <section class="card stays" aria-label="Exhibits">
        <ul class="exhibits">
          {exhibitIds.map((each) => (
            <li key={each}>
              <button
                type="button"
                class="quiet"
                aria-pressed={each === id}
                onClick={() => {
                  state.exhibit.value = each;
                }}
              >
                {abouts[each].title}
              </button>
            </li>
          ))}
        </ul>
        <details class="form">
          <summary>Runs, seed, confidence, threads</summary>
          <TextField label="Runs a side" value={state.runs} inputMode="numeric" />
          <TextField label="Seed" value={state.seed} />
          <SelectField
            label="Confidence"
            value={state.confidence}
            choices={["0.95", "0.99", "0.999"].map((value) => ({ value, label: `${100 * Number(value)} %` }))}
          />
          <TextField label="Threads" value={state.threads} inputMode="numeric" placeholder="all" />
          <button type="button" disabled={jobs.one.busy.value} onClick={() => void jobs.one.run()}>
            Run this one
          </button>
        </details>
        <button type="button" class="main" disabled={jobs.all.busy.value} onClick={() => void jobs.all.run()}>
          Run all nine
        </button>
        <Working job={jobs.all} name="Running all" />
        <TroubleCard trouble={jobs.all.trouble.value} stale={all !== undefined} />
      </section>
      <div class="stack">
        <ExhibitCard id={id}>
          <Working job={jobs.one} name="Running" />
          <TroubleCard trouble={jobs.one.trouble.value} stale={own !== undefined} />
          {own === undefined ? null : <Outcome result={own.result} />}
        </ExhibitCard>
        {own === undefined ? null : (
          <>
            <FigureCard figure={own.figure} />
            <HandOn result={own.result} figure={own.figure} />
          </>
        )}
        {all === undefined ? null : <FigureCard figure={all} />}
      </div>
    </div>
  );
}

function Outcome({ result: { options, defect, ours } }: { readonly result: ExhibitResult }) {
  const about = abouts[options.exhibit];
  const verdictOf = (name: string, judged: Judged, own: boolean): Verdict => ({
    name,
    says: "",
    ours: own,
    promised: claimWords(judged.claim),
    audited: claimWords(judged.claim, judged.audited, "≥"),
    crossed: judged.crossed,
    ...(judged.exact === undefined ? {} : { more: exactWords(judged, about.costs === "budget") }),
  });
  return (
    <>
      <Verdicts verdicts={[verdictOf("As it was", defect, false), verdictOf("The same task here", ours, true)]} />
      <p class="hint">
        An <Term name="audited">audited bound</Term> beyond the promise refutes it. All {2 * exhibitIds.length} bounds
        of the museum hold together with {100 * options.confidence} % confidence.
      </p>
    </>
  );
}

function exactWords({ claim, exact = Number.NaN, overstated }: Judged, budget: boolean): string {
  const there =
    exact === Number.POSITIVE_INFINITY ? "there is no bound at all" : `there is ${claimWords(claim, exact)}`;
  return budget && overstated ? `Computed, ${there}: more was said to be spent.` : `Computed, ${there}.`;
}
