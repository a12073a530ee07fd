// From a wanted exactness to the smallest budget that buys it.
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import { TextField } from "../parts/fields.tsx";
import { significant } from "../parts/numbers.ts";
import { TroubleCard } from "../parts/work.tsx";
import type { Job } from "../shell/desk.ts";
import type { SolvedBudget } from "./planning.ts";
import type { AccuracyFields } from "./state.ts";

export function Solver({ state, job }: { readonly state: AccuracyFields; readonly job: Job<SolvedBudget> }) {
  const solved = job.result.value;
  return (
    <section class="card" aria-label="From exactness to budget">
      <h2>How exact must it be?</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void job.run();
        }}
      >
        <TextField
          label="Wanted ±"
          value={state.error}
          inputMode="decimal"
          placeholder="0.5"
          hint="Half of a 95 % interval, in the statistic's own unit; of a share, 0.02 is 2 %."
        />
        <button type="submit" class="main" disabled={state.error.value.trim() === ""}>
          Find the budget
        </button>
      </form>
      <div aria-live="polite">
        <TroubleCard trouble={job.trouble.value} />
        {solved === undefined || job.trouble.value !== undefined ? null : (
          <p class="row solved">
            <span>
              ε = <strong>{solved.epsilon}</strong> buys ± {significant(solved.halfWidth)} (ρ ={" "}
              {formatRho(nanoRho(BigInt(solved.rho)))}).
            </span>
            <button
              type="button"
              onClick={() => {
                state.epsilon.value = solved.epsilon;
              }}
            >
              Use it
            </button>
          </p>
        )}
      </div>
    </section>
  );
}
