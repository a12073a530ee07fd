// Promises, each beside the least that there is: what is refuted is red, and says so in words.

export interface Verdict {
  readonly name: string;
  readonly says: string;
  /** Whether Paceline does it so. */
  readonly ours: boolean;
  /** "ε = 0.4" */
  readonly promised: string;
  /** "ε ≥ 3.1" */
  readonly audited: string;
  readonly crossed: boolean;
  /** What else is known of it. */
  readonly more?: string;
}

export function Verdicts({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  return (
    <ul class="verdicts">
      {verdicts.map(({ name, says, ours, promised, audited, crossed, more }) => (
        <li key={name} class={crossed ? "lost" : "held"}>
          <h3>
            {name} {ours ? <span class="tag">Paceline</span> : null}
          </h3>
          {says === "" ? null : <p class="muted">{says}</p>}
          <p>
            <strong>{crossed ? "Refuted" : "Not refuted"}</strong>: promised {promised}, audited {audited}.{" "}
            {more === undefined ? null : <span class="muted">{more}</span>}
          </p>
        </li>
      ))}
    </ul>
  );
}
