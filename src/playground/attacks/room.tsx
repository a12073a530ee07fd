// The attack lab: what an attacker learns from what the services would release, against what was promised.
import { useMemo } from "preact/hooks";
import { claimWords } from "../../simulate/attacks/bounds.ts";
import type { JudgedLine } from "../../simulate/attacks/lines.ts";
import { FigureCard } from "../parts/figure.tsx";
import { significant } from "../parts/numbers.ts";
import { Term } from "../parts/term.tsx";
import { type Verdict, Verdicts } from "../parts/verdicts.tsx";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import { threadsIn } from "../shell/threads.ts";
import type { Attacked } from "./api.ts";
import { Controls } from "./controls.tsx";
import { HandOn } from "./hand-on.tsx";
import { attackOf, fields, optionsOf } from "./state.ts";

const desk = newDesk("attacks");

export function Room() {
  const state = useMemo(fields, []);
  const job = useMemo(
    () => desk.job((api, progress) => api.run(optionsOf(state), threadsIn(state.threads.value), progress)),
    [],
  );
  const attack = attackOf(state);
  // Another attack is looked at as soon as it is chosen; what else is changed waits for the button.
  useLater(() => {
    if (job.busy.value) job.cancel();
    void job.run();
  }, [attack]);
  const attacked = job.result.value;
  return (
    <div class="bench">
      <section class="card stays" aria-label="The attack">
        <Controls state={state} />
        <button type="button" class="main" disabled={job.busy.value} onClick={() => void job.run()}>
          Attack
        </button>
        <Working job={job} name="Attacking" />
        <TroubleCard trouble={job.trouble.value} stale={attacked !== undefined} />
      </section>
      <div class="stack">{attacked === undefined ? null : <Findings attacked={attacked} />}</div>
    </div>
  );
}

function Findings({ attacked: { result, figures } }: { readonly attacked: Attacked }) {
  const verdicts = useMemo(() => result.lines.map(verdictOf), [result]);
  const [bounds, ...rest] = figures;
  return (
    <>
      <section class="card" aria-label="What came out">
        <h2>{result.title}</h2>
        <Verdicts verdicts={verdicts} />
        <p class="hint">
          An <Term name="audited">audited bound</Term> beyond the promise refutes it. One below it proves nothing: a
          better attacker may come. Measured curves scatter about the exact ones: only the bound decides.
        </p>
        <details>
          <summary>What is in these numbers</summary>
          <ul class="notes">
            {result.says.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      </section>
      {bounds === undefined ? null : <FigureCard figure={bounds} />}
      <div class={rest.length > 1 ? "pair" : "stack"}>
        {rest.map((figure) => (
          <FigureCard key={figure.id} figure={figure} />
        ))}
      </div>
      <HandOn result={result} figures={figures} />
    </>
  );
}

function verdictOf({ name, says, ours, claim, audited, crossed, right, found }: JudgedLine): Verdict {
  const share = (value: number) => `${significant(100 * value)} %`;
  return {
    ...{ name, says, ours, crossed, promised: claimWords(claim), audited: claimWords(claim, audited, "≥") },
    more: `The best test is right ${share(right)} of the time${found === undefined ? "" : `; at one false alarm in 1,000 it finds ${share(found.found)} (${significant(100 * found.low)} to ${significant(100 * found.high)})`}.`,
  };
}
