// The steps of a plan: what each is, where it stands, whether it counts; and a form that adds one.
import { type Signal, useSignal } from "@preact/signals";
import { SelectField, TextField } from "../parts/fields.tsx";
import { whole } from "../parts/numbers.ts";
import { moved, toggled, without, withStep } from "./edit.ts";
import type { Step } from "./steps.ts";

export function StepList({ text, steps }: { readonly text: Signal<string>; readonly steps: readonly Step[] }) {
  return (
    <ol class="steps">
      {steps.map((step, at) => (
        <li key={step.name} class={step.off ? "off" : ""}>
          <label>
            <input
              type="checkbox"
              checked={!step.off}
              onChange={() => {
                text.value = toggled(text.value, at);
              }}
            />{" "}
            {step.name}
          </label>
          <span class="hint">{described(step)}</span>
          <span class="row">
            <button
              type="button"
              class="quiet"
              disabled={at === 0}
              onClick={() => {
                text.value = moved(text.value, at, -1);
              }}
            >
              Earlier<span class="hidden"> in the list: {step.name}</span>
            </button>
            <button
              type="button"
              class="quiet"
              disabled={at === steps.length - 1}
              onClick={() => {
                text.value = moved(text.value, at, 1);
              }}
            >
              Later<span class="hidden"> in the list: {step.name}</span>
            </button>
            <button
              type="button"
              class="quiet"
              disabled={steps.length < 2}
              onClick={() => {
                text.value = without(text.value, at);
              }}
            >
              Remove<span class="hidden">: {step.name}</span>
            </button>
          </span>
        </li>
      ))}
    </ol>
  );
}

function described({ event, count, every, first }: Step): string {
  const inner = event.mechanism === "poisson-sampled" ? event.event : event;
  const noise = "noiseMultiplier" in inner ? ` with noise ${inner.noiseMultiplier}` : "";
  const sample =
    event.mechanism === "poisson-sampled" ? ` on samples of ${Number((100 * event.probability).toPrecision(3))} %` : "";
  const times = count === 1 ? "once" : `${whole(count)} times`;
  const when = every === 0 ? `in week ${first}` : `every ${every === 1 ? "week" : `${every} weeks`} from week ${first}`;
  return `${inner.mechanism}${noise}${sample}, ${times}, ${when}`;
}

const kinds = [
  { value: "gaussian", label: "Gaussian noise" },
  { value: "laplace", label: "Laplace noise" },
  { value: "training", label: "Training: Gaussian noise on samples" },
];

/** "gaussian 2" where there is a "gaussian". */
function freeName(text: string, kind: string): string {
  for (let at = 1; ; at++) {
    const name = at === 1 ? kind : `${kind} ${at}`;
    if (!text.includes(JSON.stringify(name))) return name;
  }
}

export function AddStep({ text }: { readonly text: Signal<string> }) {
  const [kind, noise, sampling] = [useSignal("gaussian"), useSignal("10"), useSignal("0.01")];
  const [count, every] = [useSignal("12"), useSignal("4")];
  const add = () => {
    text.value = withStep(text.value, {
      name: freeName(text.value, kind.value),
      mechanism: kind.value === "laplace" ? "laplace" : "gaussian",
      noiseMultiplier: Number(noise.value),
      ...(kind.value === "training" ? { sampling: Number(sampling.value) } : {}),
      count: Number(count.value),
      every: Number(every.value),
    });
  };
  return (
    <details class="form">
      <summary>Add a step</summary>
      <SelectField label="Kind" value={kind} choices={kinds} />
      <TextField label="Noise" value={noise} inputMode="decimal" hint="σ or b over the bound of one member." />
      {kind.value === "training" ? (
        <TextField label="Sample" value={sampling} inputMode="decimal" hint="The share that joins each step." />
      ) : null}
      <TextField label="Times" value={count} inputMode="numeric" />
      <TextField label="Weeks apart" value={every} inputMode="numeric" hint="0: all in one week." />
      <button type="button" onClick={add}>
        Add it
      </button>
    </details>
  );
}
