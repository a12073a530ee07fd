// What a plan adds up to: by every accountant, over weeks, and as a curve.
import { FigureCard } from "../parts/figure.tsx";
import { significant, small } from "../parts/numbers.ts";
import { Term } from "../parts/term.tsx";
import { TroubleCard, Working } from "../parts/work.tsx";
import type { Job } from "../shell/desk.ts";
import type { api } from "./api.ts";
import type { Exhaustion } from "./burn-down.ts";

type Api = typeof api;
type Of<Name extends keyof Api> = Job<Awaited<ReturnType<Api[Name]>>>;

export interface Jobs {
  readonly accounts: Of<"accounts">;
  readonly burn: Of<"burnDown">;
  readonly curve: Of<"tradeOff">;
}

export function Findings({ jobs }: { readonly jobs: Jobs }) {
  const [accounts, burn, curve] = [jobs.accounts.result.value, jobs.burn.result.value, jobs.curve.result.value];
  return (
    <>
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
    </>
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
