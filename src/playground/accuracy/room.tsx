// Accuracy: what a budget buys for one question, before anybody is asked.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { OwnData } from "../data/own.tsx";
import type { OwnFiles } from "../data/read.ts";
import { SliderField } from "../parts/fields.tsx";
import { numberIn, whole } from "../parts/numbers.ts";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import { SqlEditor } from "./editor.tsx";
import { QuestionForm } from "./form.tsx";
import { HandOn } from "./hand-on.tsx";
import { Price } from "./price.tsx";
import { Solver } from "./solver.tsx";
import { EPSILON_SCALE, fields, MEMBER_SCALE, membersOf } from "./state.ts";
import { Study } from "./study.tsx";
import { Trust } from "./trust-table.tsx";

/** What is quick; and what is long and may be called off. */
const desks = { quick: newDesk("accuracy"), reading: newDesk("accuracy") };

export function Room() {
  const state = useMemo(fields, []);
  const own = useSignal<OwnFiles | undefined>(undefined);
  const members = membersOf(state);
  const jobs = useMemo(() => {
    const asked = () => ({ sql: state.sql.value, epsilon: state.epsilon.value, members: membersOf(state) });
    return {
      reading: desks.reading.job((api, progress) => api.read(own.value, progress)),
      vocabulary: desks.quick.job((api) => api.vocabulary(own.value)),
      checked: desks.quick.job((api) => api.check(state.sql.value, own.value)),
      explained: desks.quick.job((api) => api.explain(asked(), own.value)),
      predicted: desks.quick.job((api) => api.predicted(asked(), own.value)),
      solved: desks.quick.job((api) =>
        api.solve(asked(), numberIn(state.error.value, 0, 1e9) ?? Number.NaN, own.value),
      ),
      asked,
    };
  }, []);
  useLater(() => void jobs.reading.run(), [own.value]);
  useLater(() => void jobs.vocabulary.run(), [own.value]);
  useLater(() => {
    void jobs.checked.run().then(() => {
      if (jobs.checked.result.value === undefined || jobs.checked.result.value.wrong !== undefined) return;
      void jobs.explained.run();
      void jobs.predicted.run();
    });
  }, [state.sql.value, state.epsilon.value, state.members.value, own.value]);
  const explained = jobs.explained.result.value;
  return (
    <div class="bench">
      <div class="stays">
        <section class="card" aria-label="The question">
          <SqlEditor
            value={state.sql}
            wrong={jobs.checked.result.value?.wrong}
            suggest={(sql, at) => suggest(sql, at, own.value)}
          />
          <QuestionForm sql={state.sql} vocabulary={jobs.vocabulary.result.value} />
          <SliderField
            label="Budget ε"
            value={state.epsilon}
            scale={EPSILON_SCALE}
            ends={["more private", "more exact"]}
            said={(value) => (explained?.ownBudget ? "as the text says" : value)}
          />
          <SliderField
            label="Members who answer"
            value={state.members}
            scale={MEMBER_SCALE}
            ends={["a small studio", "a large chain"]}
            said={(value) => (Number.isInteger(members) ? whole(members) : value)}
          />
        </section>
      </div>
      <div class="stack">
        <Price
          explained={explained}
          trouble={jobs.explained.trouble.value}
          wrong={jobs.checked.result.value?.wrong !== undefined}
          figures={jobs.predicted.result.value ?? []}
        />
        <div class="pair">
          <Solver state={state} job={jobs.solved} />
          <OwnData own={own} reading={jobs.reading} />
        </div>
        <Study state={state} own={own.value} ownBudget={explained?.ownBudget === true} />
        <HandOn state={state} explained={explained} />
        {Number.isInteger(members) ? <Trust epsilon={state.epsilon.value} members={members} /> : null}
      </div>
    </div>
  );
}

/** Straight to the worker: an offer that comes late is of no use. */
const suggest = (sql: string, at: number, own: OwnFiles | undefined) =>
  desks.quick.call((api) => api.suggest(sql, at, own));
