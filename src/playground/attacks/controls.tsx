// Which attack, on what, and by whom.
import type { AttackName } from "../../simulate/attacks/options.ts";
import { SelectField, SliderField, TextField } from "../parts/fields.tsx";
import { Term } from "../parts/term.tsx";
import { ANSWER_SCALE, type AttackFields, attackOf, EPSILON_SCALE } from "./state.ts";

const ATTACKS: readonly { readonly value: AttackName; readonly label: string }[] = [
  { value: "averaging", label: "Averaging: ask the same again" },
  { value: "differencing", label: "Differencing: ask almost the same" },
  { value: "membership", label: "Membership: who was asked?" },
  { value: "static-attribute", label: "A static attribute, every week" },
  { value: "reconstruction", label: "Reconstruction from many counts" },
];

const IDEAS: Readonly<Record<AttackName, string>> = {
  averaging: "Noise that is drawn anew each time averages out. Noise that was drawn once does not.",
  differencing: "Two counts with one member between them differ by that member, and by noise.",
  membership: "Is the answer likelier with this member than without? Nobody can decide it better.",
  "static-attribute": "A new week has new days, and the same age band: a budget for each week forgets it.",
  reconstruction: "Bits that fit many counts at once are nearly all right, unless the counts are few or noisy.",
};

const ASKED: Readonly<Record<AttackName, string | undefined>> = {
  averaging: "Times it is asked",
  differencing: "Questions",
  membership: undefined,
  "static-attribute": "Weeks",
  reconstruction: "Counts",
};

export function Controls({ state }: { readonly state: AttackFields }) {
  const attack = attackOf(state);
  const ownQuestion = attack === "averaging" || attack === "membership";
  const asked = ASKED[attack];
  return (
    <>
      <SelectField label="Attack" value={state.attack} choices={ATTACKS} hint={IDEAS[attack]} />
      {ownQuestion ? (
        <p class="field">
          <label for="attacked-question">Question</label>
          <textarea
            id="attacked-question"
            class="code"
            rows={3}
            spellcheck={false}
            value={state.sql.value}
            onInput={({ currentTarget }) => {
              state.sql.value = currentTarget.value;
            }}
          />
        </p>
      ) : null}
      <SliderField
        label={<Term name="epsilon">ε of one answer</Term>}
        value={state.epsilon}
        scale={EPSILON_SCALE}
        ends={["more private", "more exact"]}
        said={(value) => value}
      />
      {asked === undefined ? null : (
        <SliderField
          label={asked}
          value={state.answers}
          scale={ANSWER_SCALE}
          ends={["once", "again and again"]}
          said={(value) => value}
        />
      )}
      <SelectField
        label={attack === "reconstruction" ? "The attacker knows" : "The attacker knows everybody else, and"}
        value={state.knows}
        choices={[
          { value: "one noise", label: "one aggregator's noise" },
          { value: "nothing", label: attack === "reconstruction" ? "nothing: an analyst" : "nothing more: an analyst" },
        ]}
      />
      {ownQuestion ? (
        <SelectField
          label="Attacked is"
          value={state.target}
          choices={[
            { value: "extreme", label: "whom the answer tells most about" },
            { value: "usual", label: "somebody in the middle" },
          ]}
        />
      ) : null}
      <details class="form">
        <summary>Runs, seed, confidence, threads</summary>
        <TextField label="Runs a side" value={state.runs} inputMode="numeric" />
        <TextField label="Seed" value={state.seed} />
        <SelectField
          label="Confidence"
          value={state.confidence}
          choices={["0.95", "0.99", "0.999"].map((value) => ({ value, label: `${100 * Number(value)} %` }))}
        />
        <TextField label="Threads" value={state.threads} inputMode="numeric" placeholder="all" />
      </details>
    </>
  );
}
