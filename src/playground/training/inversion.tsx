// What one update gives away, and what is left of it in a sum and in noise.
import { useMemo } from "preact/hooks";
import { SelectField, SliderField } from "../parts/fields.tsx";
import { FigureCard } from "../parts/figure.tsx";
import { significant, whole } from "../parts/numbers.ts";
import { Term } from "../parts/term.tsx";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import { EPSILON_SCALE, inversionAsked, SUM_SCALE, type TrainingFields } from "./state.ts";

const desk = newDesk("training");

const models = [
  { value: "0", label: "linear" },
  { value: "32", label: "a hidden layer of 32" },
];

export function Inversion({ state }: { readonly state: TrainingFields }) {
  const job = useMemo(() => desk.job((api, progress) => api.invert(inversionAsked(state), progress)), []);
  const { summed, noiseEpsilon, hidden, clip, seed } = state;
  useLater(() => {
    if (job.busy.value) job.cancel();
    void job.run();
  }, [summed.value, noiseEpsilon.value, hidden.value, clip.value, seed.value]);
  const found = job.result.value;
  return (
    <section class="bench" aria-label="What updates give away">
      <div class="card stays">
        <h2>What updates give away</h2>
        <p class="muted">
          A model reads somebody's steps in each hour of a week. Of one update of it, by one example, the week can be
          read back: the kernel's change divided by the bias's. A sum blurs it; noise ends it.
        </p>
        <SliderField
          label="Members in the sum"
          value={summed}
          scale={SUM_SCALE}
          ends={["one", "many"]}
          said={(value) => whole(Number(value))}
        />
        <SliderField
          label={<Term name="epsilon">Noise of the round, ε</Term>}
          value={noiseEpsilon}
          scale={EPSILON_SCALE}
          ends={["more private", "hardly any noise"]}
          said={(value) => value}
        />
        <SelectField label="Model" value={hidden} choices={models} />
        <Working job={job} name="Reading updates" />
        <TroubleCard trouble={job.trouble.value} />
        {found === undefined ? null : (
          <p class="hint">
            {whole(found.told.parameters)} parameters. Noise of standard deviation {significant(found.told.noiseSd)} is
            added to each of a sum's, where all of one update together are at most {clip.value} long.
          </p>
        )}
      </div>
      <div class="stack">
        {found === undefined ? null : found.figures.map((figure) => <FigureCard key={figure.id} figure={figure} />)}
      </div>
    </section>
  );
}
