// The study for elsewhere: the command with its two files, a script, all numbers.
import type { TrainingStudy } from "../../simulate/index.ts";
import { saveText } from "../parts/save.ts";
import { activitiesTable } from "./activities.ts";
import { DELTA, draftOf, HELD_OUT, type TrainingAsked } from "./asked.ts";
import { askedOf, type TrainingFields } from "./state.ts";

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

export function HandOn({ state, study }: { readonly state: TrainingFields; readonly study: TrainingStudy }) {
  const asked = askedOf(state);
  const files: readonly (readonly [title: string, name: string, type: string, text: () => string])[] = [
    ["The training", "training.json", "application/json", () => json(draftOf(asked))],
    ["The examples", "activities.csv", "text/csv", () => activitiesTable(asked.seed)],
    ["TypeScript, runnable", "train.mjs", "text/javascript", () => script(asked)],
    [
      "All of it as JSON, as paceline simulate train --json writes it",
      "study.json",
      "application/json",
      () => json(study),
    ],
  ];
  return (
    <details class="card">
      <summary>What these numbers contain, and for elsewhere</summary>
      <ul class="notes">
        {study.says.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>
        <code>npx paceline {commandOf(asked).map(quoted).join(" ")}</code>
      </p>
      <p class="files">
        {files.map(([title, name, type, text]) => (
          <button key={name} type="button" class="quiet" onClick={() => saveText(name, type, text())}>
            {title}
          </button>
        ))}
      </p>
    </details>
  );
}

/** For a POSIX shell. */
const quoted = (text: string) => (/^[\w.,=:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** Of the files that are handed on beside it. */
export function commandOf(asked: TrainingAsked): readonly string[] {
  const { skew, members, epsilons, dropout, noise, repeats, seed } = asked;
  return [
    ...["simulate", "train", "--manifest", "training.json", "--table", "activities.csv"],
    ...["--person", "who", "--label", "what", "--group", "worn", "--skew", `${skew}`, "--members", `${members}`],
    ...["--epsilon", epsilons.join(), "--delta", `${DELTA}`, "--held-out", `${HELD_OUT}`, "--dropout", `${dropout}`],
    ...["--noise", noise, "--repeats", `${repeats}`, "--seed", seed],
  ];
}

function script(asked: TrainingAsked): string {
  const { skew, members, epsilons, dropout, noise, repeats, seed } = asked;
  const options = {
    members: [members],
    epsilons,
    delta: DELTA,
    repeats,
    seed,
    dropout,
    heldOut: HELD_OUT,
    noise: { kind: noise },
  };
  return `// node train.mjs, or as TypeScript, beside activities.csv: accuracy of a training against its budget.
import { readFileSync } from "node:fs";
import { dealtUnevenly, plainEngine, readTable, readTableDraft, simulateLocal, simulateTrainingStudy, tableStudy } from "paceline/simulate";

const columns = { person: "who", label: "what", group: "worn", without: [] };
const table = readTable(readFileSync("activities.csv", "utf8"), columns);
const people = dealtUnevenly(table.people, ${skew}, ${JSON.stringify(seed)});
const draft = readTableDraft(${JSON.stringify(draftOf(asked))});
const study = await simulateTrainingStudy(
  { ...tableStudy(draft, { ...table, people }), ...${JSON.stringify(options)}, notes: [] },
  { size: 1, local: async (job) => simulateLocal(plainEngine, job) },
  plainEngine,
);
console.log(JSON.stringify(study, null, 2));
`;
}
