// The question and its study for elsewhere: the command, a script, the specification.
import { saveText } from "../parts/save.ts";
import type { Explained } from "./planning.ts";
import type { AccuracyFields } from "./state.ts";

export function HandOn({
  state,
  explained,
}: {
  readonly state: AccuracyFields;
  readonly explained: Explained | undefined;
}) {
  const { sql, epsilon, members, runs, seed } = state;
  const command = `npx paceline simulate --sql ${quoted(sql.value)} --epsilon ${epsilon.value} --members ${members.value} --runs ${runs.value} --seed ${quoted(seed.value)}`;
  const question = explained?.explanation.question;
  return (
    <details class="card">
      <summary>For elsewhere: command, script, specification</summary>
      <p>
        <code>{command}</code>
      </p>
      <p class="files">
        <button type="button" class="quiet" onClick={() => saveText("study.mjs", "text/javascript", script(state))}>
          TypeScript, runnable
        </button>
        <button
          type="button"
          class="quiet"
          disabled={question === undefined}
          onClick={() => saveText("question.json", "application/json", `${JSON.stringify(question, null, 2)}\n`)}
        >
          The question's canonical form
        </button>
      </p>
    </details>
  );
}

/** For a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function script({ sql, epsilon, members, runs, seed }: AccuracyFields): string {
  return `// node study.mjs, or as TypeScript: error against budget by the code that the services and devices run.
import { simulateRuns, simulateStudy } from "paceline/simulate";

const study = await simulateStudy(
  {
    question: { sql: ${JSON.stringify(sql.value)} },
    budgets: [{ epsilon: ${JSON.stringify(epsilon.value)} }],
    members: [${Number(members.value) || 1000}],
    runs: ${Number(runs.value) || 200},
    seed: ${JSON.stringify(seed.value)},
    operator: { definitions: [], lists: {} },
  },
  { size: 1, run: async (job) => simulateRuns(job) },
);
console.log(JSON.stringify(study, null, 2));
`;
}
