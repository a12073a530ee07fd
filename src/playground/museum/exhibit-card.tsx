// One exhibit in words: what was promised, what was so, what Paceline does, and where one can read of it.
import type { ComponentChildren } from "preact";
import { abouts, type ExhibitId } from "./abouts.ts";

export function ExhibitCard({ id, children }: { readonly id: ExhibitId; readonly children: ComponentChildren }) {
  const { title, promise, mistake, here, ours, sources } = abouts[id];
  return (
    <section class="card" aria-label="The exhibit">
      <h2>{title}</h2>
      <dl class="told">
        <div>
          <dt>Promised</dt>
          <dd>{promise}</dd>
        </div>
        <div>
          <dt>The mistake</dt>
          <dd>{mistake}</dd>
        </div>
        <div>
          <dt>Run here</dt>
          <dd>{here}</dd>
        </div>
        <div>
          <dt>Paceline</dt>
          <dd>{ours}</dd>
        </div>
      </dl>
      {children}
      <h3>Sources</h3>
      <ul class="notes">
        {sources.map(({ what, where }) => (
          <li key={where}>
            <a href={where} rel="noreferrer">
              {what}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
