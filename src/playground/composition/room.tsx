// Composition: what many answers add up to, by every accountant, over weeks and years.
import { useMemo } from "preact/hooks";
import { SelectField, TextField } from "../parts/fields.tsx";
import { FigureCard } from "../parts/figure.tsx";
import { significant, small } from "../parts/numbers.ts";
import { Term } from "../parts/term.tsx";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import type { Exhaustion } from "./burn-down.ts";
import { Quarter } from "./quarter-plan.tsx";
import { fields, timingOf } from "./state.ts";
import { AddStep, StepList } from "./step-list.tsx";

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
  const [accounts, burn, curve] = [jobs.accounts.result.value, jobs.burn.result.value, jobs.curve.result.value];
  return (
    <div class="stack">
      <div class="bench">
        <section class="card stays" aria-label="The plan">
          <h2>The plan</h2>
          <StepList text={steps} steps={jobs.steps.result.value ?? []} />
          <TroubleCard trouble={jobs.steps.trouble.value} />
          <AddStep text={steps} />
          <details class="form">
            <summary>As JSON</summary>
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
          </details>
          <div class="fields">
            <TextField label={<Term name="epsilon">ε in all</Term>} value={cap} inputMode="decimal" />
            <TextField label={<Term name="delta">δ</Term>} value={delta} inputMode="decimal" />
            <TextField label="First Monday" value={start} />
          </div>
          <SelectField label="Told apart" value={relation} choices={relations} />
        </section>
        <div class="stack">
          <Working job={jobs.accounts} name="Accounting" />
          <TroubleCard trouble={jobs.accounts.trouble.value} />
          {accounts === undefined ? null : (
            <>
              <section class="card" aria-label="What the plan guarantees">
                <h2>What all of it guarantees</h2>
                <dl class="facts">
                  <div>
                    <dt>
                      <Term name="epsilon">All answers together</Term>
                    </dt>
                    <dd>
                      ε ≤ {significant(accounts.accounts.best.upper, 4)}{" "}
                      <small>at δ = {small(accounts.accounts.delta)}</small>
                    </dd>
                  </div>
                  <div>
                    <dt>Exactly at least</dt>
                    <dd>
                      {accounts.accounts.best.lower > 0 && accounts.accounts.best.tight
                        ? significant(accounts.accounts.best.lower, 4)
                        : "not known"}
                    </dd>
                  </div>
                  {burn === undefined ? null : (
                    <>
                      <Fits name="Budget, counted exactly" exhausted={burn.burn.exhausted.exact} />
                      <Fits name="Budget, as ledgers count" exhausted={burn.burn.exhausted.ledger} />
                    </>
                  )}
                </dl>
              </section>
              <FigureCard figure={accounts.figure} />
            </>
          )}
          <Working job={jobs.burn} name="Week by week" />
          <TroubleCard trouble={jobs.burn.trouble.value} />
          {burn === undefined ? null : (
            <>
              <FigureCard figure={burn.figures[0]}>
                <dl class="facts">
                  {burn.burn.spans.map(({ name, exact, ledger }) => (
                    <div key={name}>
                      <dt>ε of {name}</dt>
                      <dd>
                        {significant(exact)} <small>ledgers: {significant(ledger)}</small>
                      </dd>
                    </div>
                  ))}
                </dl>
              </FigureCard>
              <FigureCard figure={burn.figures[1]} />
            </>
          )}
          <Working job={jobs.curve} name="Trade-off curve" />
          <TroubleCard trouble={jobs.curve.trouble.value} />
          {curve === undefined ? null : (
            <FigureCard figure={curve.figure}>
              <ul class="notes">
                {curve.words.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </FigureCard>
          )}
        </div>
      </div>
      <Quarter text={state.wishes} />
    </div>
  );
}

function Fits({ name, exhausted }: { readonly name: string; readonly exhausted: Exhaustion | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {exhausted === undefined ? (
          "holds"
        ) : (
          <>
            ends {exhausted.day}{" "}
            <small>
              week {exhausted.week}: {exhausted.steps.join(", ")} no longer fits
            </small>
          </>
        )}
      </dd>
    </div>
  );
}
