// The training lab: what noise, clipping and different people do to a model, and what updates give away without any of it.
import { useMemo } from "preact/hooks";
import { SelectField, SliderField, TextField } from "../parts/fields.tsx";
import { FigureCard } from "../parts/figure.tsx";
import { whole } from "../parts/numbers.ts";
import { Term } from "../parts/term.tsx";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import { HandOn } from "./hand-on.tsx";
import { Inversion } from "./inversion.tsx";
import { askedOf, CLIP_SCALE, DROPOUT_SCALE, fields, MEMBER_SCALE, ROUND_SCALE, SKEW_SCALE } from "./state.ts";

/** What is quick; and what is long and may be called off. */
const desks = { quick: newDesk("training"), study: newDesk("training") };

const noises = [
  { value: "two-aggregators", label: "of two aggregators, each enough by itself" },
  { value: "central", label: "central: one party is trusted with all updates" },
];

export function Room() {
  const state = useMemo(fields, []);
  const jobs = useMemo(
    () => ({
      mix: desks.quick.job((api) => api.mix(askedOf(state))),
      study: desks.study.job((api, progress) => api.study(askedOf(state), progress)),
    }),
    [],
  );
  useLater(() => void jobs.mix.run(), [state.skew.value, state.seed.value]);
  const [mix, studied] = [jobs.mix.result.value, jobs.study.result.value];
  return (
    <div class="stack">
      <div class="bench">
        <section class="card stays" aria-label="The training">
          <Controls state={state} />
          <button type="button" class="main" disabled={jobs.study.busy.value} onClick={() => void jobs.study.run()}>
            Train
          </button>
          <Working job={jobs.study} name="Training" />
          <TroubleCard trouble={jobs.study.trouble.value} stale={jobs.study.result.value !== undefined} />
        </section>
        <div class="stack">
          {studied === undefined ? null : (
            <>
              <div class={studied.figures.length > 1 ? "pair" : "stack"}>
                {studied.figures.map((figure) => (
                  <FigureCard key={figure.id} figure={figure} />
                ))}
              </div>
              <HandOn state={state} study={studied.study} />
            </>
          )}
          <TroubleCard trouble={jobs.mix.trouble.value} />
          {mix === undefined ? null : <FigureCard figure={mix} />}
        </div>
      </div>
      <Inversion state={state} />
    </div>
  );
}

function Controls({ state }: { readonly state: ReturnType<typeof fields> }) {
  const share = (value: string) => `${Math.round(100 * Number(value))} %`;
  const alike = (value: string) => (Number(value) >= 100 ? "all alike" : value);
  return (
    <>
      <p class="muted">
        A linear model tells four activities apart, from a minute of six numbers. Sixty synthetic people train it on
        their phones, in rounds; a third of them wear the phone at the hip.
      </p>
      <SliderField
        label="How alike people are"
        value={state.skew}
        scale={SKEW_SCALE}
        ends={["one activity each", "all alike"]}
        said={alike}
      />
      <SliderField
        label="Members who train"
        value={state.members}
        scale={MEMBER_SCALE}
        ends={["a small studio", "a large chain"]}
        said={(value) => whole(Number(value))}
      />
      <SliderField
        label="Who drops out of a round"
        value={state.dropout}
        scale={DROPOUT_SCALE}
        ends={["hardly anybody", "most"]}
        said={share}
      />
      <SliderField
        label={<Term name="clipping">Clip of an update</Term>}
        value={state.clip}
        scale={CLIP_SCALE}
        ends={["less noise", "less bias"]}
        said={(value) => value}
      />
      <SliderField
        label="Rounds"
        value={state.rounds}
        scale={ROUND_SCALE}
        ends={["less noise in each", "more learning"]}
        said={(value) => value}
      />
      <SelectField label="Noise" value={state.noise} choices={noises} />
      <TextField label={<Term name="epsilon">Budgets ε</Term>} value={state.epsilons} />
      <div class="row compact">
        <TextField label="Trainings a point" value={state.repeats} inputMode="numeric" />
        <TextField label="Seed" value={state.seed} />
        <TextField label="Threads" value={state.threads} inputMode="numeric" placeholder="all" />
      </div>
    </>
  );
}
