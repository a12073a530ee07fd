// Fields of forms: a label that is always seen, and what is wrong beside what is wrong.
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Field {
  readonly label: ComponentChildren;
  readonly value: Signal<string>;
  /** What stands below it. */
  readonly hint?: string;
}

export function TextField({
  label,
  value,
  hint,
  ...more
}: Field & { readonly inputMode?: "numeric" | "decimal"; readonly placeholder?: string }) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={value.value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
        {...more}
      />
      {hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </p>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function SelectField({ label, value, hint, choices }: Field & { readonly choices: readonly Choice[] }) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value.value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      {hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </p>
  );
}

/** A slider over the values of `scale`, so that each step is a number people would say. */
export function SliderField({
  label,
  value,
  scale,
  ends,
  said,
}: Field & {
  readonly scale: readonly string[];
  readonly ends: readonly [string, string];
  readonly said: (value: string) => string;
}) {
  const id = useId();
  const at = nearest(scale, value.value);
  return (
    <p class="field slider">
      <label for={id}>{label}</label>
      <output for={id}>{said(value.value)}</output>
      <input
        id={id}
        type="range"
        min={0}
        max={scale.length - 1}
        step={1}
        value={at}
        aria-valuetext={said(value.value)}
        onInput={({ currentTarget }) => {
          value.value = scale[Number(currentTarget.value)] ?? value.value;
        }}
      />
      <span class="ends">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </span>
    </p>
  );
}

function nearest(scale: readonly string[], value: string): number {
  const wanted = Number(value);
  let best = 0;
  for (const [at, each] of scale.entries())
    if (Math.abs(Math.log(Number(each) / wanted)) < Math.abs(Math.log(Number(scale[best]) / wanted))) best = at;
  return best;
}
