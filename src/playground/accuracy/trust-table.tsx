// Three kinds of trust side by side.
import { useMemo } from "preact/hooks";
import { FigureCard } from "../parts/figure.tsx";
import { numberIn, significant, whole } from "../parts/numbers.ts";
import { trustFigure, trustModes } from "./trust.ts";

export function Trust({ epsilon, members }: { readonly epsilon: string; readonly members: number }) {
  const known = numberIn(epsilon, 0.01, 20) === undefined || !/^\d+(\.\d+)?$/.test(epsilon) ? "1" : epsilon;
  const modes = useMemo(() => trustModes(known), [known]);
  const figure = useMemo(() => trustFigure(modes, known), [modes, known]);
  return (
    <section class="stack" aria-label="Whom must members trust?">
      <div class="card">
        <h2>Whom must members trust?</h2>
        <p class="muted">
          A count of {whole(members)} members at ε = {known}, under three kinds of trust.
        </p>
        <div class="trust">
          {modes.map(({ name, privateUnless, seen, halfWidth }) => (
            <div key={name}>
              <h3>{name}</h3>
              <p class="big">± {significant(halfWidth(members), 2)}</p>
              <dl>
                {seen.map(({ who, what }) => (
                  <div key={who}>
                    <dt>{who} sees</dt>
                    <dd>{what}</dd>
                  </div>
                ))}
                <div>
                  <dt>Private unless</dt>
                  <dd>{privateUnless}</dd>
                </div>
              </dl>
            </div>
          ))}
        </div>
      </div>
      <FigureCard figure={figure} />
    </section>
  );
}
