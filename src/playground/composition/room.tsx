// Composition: what many answers add up to, by every accountant, over weeks and years.
import { useMemo } from "preact/hooks";
import { SelectField, TextField } from "../parts/fields.tsx";
import { Term } from "../parts/term.tsx";
import { TroubleCard } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import { Findings } from "./findings.tsx";
import { Quarter } from "./quarter-plan.tsx";
import { fields, timingOf } from "./state.ts";
import { AddStep, StepList } from "./step-list.tsx";
import { TableFiles } from "./table-files.tsx";

/** Each piece of work may be called off by itself. */
const desks = {
  quick: newDesk("composition"),
  accounts: newDesk("composition"),
  burn: newDesk("composition"),
  curve: newDesk("composition"),
};

const relations = [
  { value: "add-or-remove-one", label: "a member is there or not" },
  { value: "replace-one", label: "a member is another" },
  { value: "zero-out", label: "a member says nothing" },
];

export function Room() {
  const state = useMemo(fields, []);
  const jobs = useMemo(() => {
    const timing = () => {
      const read = timingOf(state);
      if ("wrong" in read) throw new Error(read.wrong);
      return read;
    };
    return {
      steps: desks.quick.job(async (api) => await api.steps(state.steps.value, timing().neighbouring)),
      accounts: desks.accounts.job(async (api, progress) => await api.accounts(state.steps.value, timing(), progress)),
      burn: desks.burn.job(async (api, progress) => await api.burnDown(state.steps.value, timing(), progress)),
      curve: desks.curve.job(
        async (api, progress) => await api.tradeOff(state.steps.value, timing().neighbouring, progress),
      ),
    };
  }, []);
  const { steps, delta, cap, relation, start } = state;
  useLater(() => {
    void jobs.steps.run().then(() => {
      if (jobs.steps.trouble.value !== undefined) return;
      for (const job of [jobs.accounts, jobs.burn, jobs.curve]) {
        if (job.busy.value) job.cancel();
        void job.run();
      }
    });
  }, [steps.value, delta.value, cap.value, relation.value, start.value]);
  return (
    <div class="stack">
      <div class="bench">
        <section class="card stays" aria-label="The plan">
          <h2>The plan</h2>
          <StepList text={steps} steps={jobs.steps.result.value ?? []} />
          <TroubleCard trouble={jobs.steps.trouble.value} stale={jobs.accounts.result.value !== undefined} />
          <AddStep text={steps} />
          <details class="form">
            <summary>As JSON, or as a table</summary>
            <textarea
              class="code"
              rows={10}
              spellcheck={false}
              aria-label="The plan as JSON"
              value={steps.value}
              onInput={({ currentTarget }) => {
                steps.value = currentTarget.value;
              }}
            />
            <p class="hint">
              Any event of the algebra: the fields are those of paceline account, with count, sampling, every and first
              (in weeks).
            </p>
            <TableFiles text={steps} relation={relation} />
          </details>
          <div class="fields">
            <TextField label={<Term name="epsilon">ε in all</Term>} value={cap} inputMode="decimal" />
            <TextField label={<Term name="delta">δ</Term>} value={delta} inputMode="decimal" />
            <TextField label="First Monday" value={start} />
          </div>
          <SelectField label="Told apart" value={relation} choices={relations} />
        </section>
        <div class="stack">
          <Findings jobs={jobs} />
        </div>
      </div>
      <Quarter text={state.wishes} />
    </div>
  );
}
