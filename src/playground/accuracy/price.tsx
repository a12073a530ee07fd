// What the question costs, how exact it is predicted to be, and what a member would read.
import type { Figure } from "../../figures/index.ts";
import { FigureCard } from "../parts/figure.tsx";
import { significant, small, whole } from "../parts/numbers.ts";
import { Term } from "../parts/term.tsx";
import { STALE, TroubleCard } from "../parts/work.tsx";
import type { Trouble } from "../shell/desk.ts";
import type { Explained } from "./planning.ts";

export function Price({
  explained,
  trouble,
  wrong,
  figures,
}: {
  readonly explained: Explained | undefined;
  readonly trouble: Trouble | undefined;
  /** The text says nothing that could be priced. */
  readonly wrong: boolean;
  readonly figures: readonly Figure[];
}) {
  if (explained === undefined)
    return trouble === undefined ? (
      <p class="muted card">{wrong ? "No question yet." : "Planning…"}</p>
    ) : (
      <TroubleCard trouble={trouble} />
    );
  const { explanation, widths, groups, members } = explained;
  const { cost, title, hopeless } = explanation;
  return (
    <>
      <section class="card" aria-label="What it costs and how exact it is">
        <h2>{title}</h2>
        <TroubleCard trouble={trouble} />
        {wrong || trouble !== undefined ? <p class="muted">{STALE}</p> : null}
        <dl class="facts">
          <div>
            <dt>
              <Term name="epsilon">Budget</Term>
            </dt>
            <dd>
              ε = {significant(cost.epsilon)} {cost.delta > 0 ? <small>at δ = {small(cost.delta)}</small> : null}
            </dd>
          </div>
          <div>
            <dt>
              <Term name="rho">Debit in the ledgers</Term>
            </dt>
            <dd>ρ = {significant(Number(cost.rho))}</dd>
          </div>
          {widths.slice(0, 3).map(({ title: name, unit, halfWidth, privacyHalfWidth }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                ± {significant(halfWidth, 2)}{" "}
                <small>
                  {unit}; noise alone ±&nbsp;{significant(privacyHalfWidth, 2)}
                </small>
              </dd>
            </div>
          ))}
        </dl>
        <p class="hint">
          Predicted <Term name="interval">95 % intervals</Term>
          {groups > 1 ? ` of each of ${groups} groups` : ""} with {whole(members)} members in all. Assumed:{" "}
          {explanation.assumption}.
        </p>
        {hopeless.map(({ says }) => (
          <p key={says} class="trouble">
            {says}
          </p>
        ))}
        <details>
          <summary>How it would be computed, and what a member reads</summary>
          <p>{explanation.chosen}.</p>
          <p>
            {explanation.cells} released numbers, {cost.mechanism} noise, a report of {whole(explanation.shareBytes)}{" "}
            bytes, proof of type {explanation.circuit}.
          </p>
          <blockquote>{explanation.notice}</blockquote>
        </details>
      </section>
      {figures.length === 0 ? null : (
        <div class={figures.length > 1 ? "pair" : "stack"}>
          {figures.map((figure) => (
            <FigureCard key={figure.id} figure={figure} />
          ))}
        </div>
      )}
    </>
  );
}
