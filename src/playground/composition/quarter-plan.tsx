// A quarter's wishes: what they cost, when they are asked, and what to give up where they do not fit.
import type { Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { QuarterDocument } from "../../query/quarter/document.ts";
import { FigureCard } from "../parts/figure.tsx";
import { significant } from "../parts/numbers.ts";
import { saveText } from "../parts/save.ts";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";

const desk = newDesk("composition");

export function Quarter({ text }: { readonly text: Signal<string> }) {
  const job = useMemo(() => desk.job((api) => api.quarter(text.value)), []);
  useLater(() => void job.run(), [text.value]);
  const found = job.result.value;
  return (
    <section class="bench quarter" aria-label="A quarter's plan">
      <div class="card">
        <h2>A quarter's plan</h2>
        <p class="muted">
          What is to be known, how exactly, how often, and how much it matters: as paceline plan takes it.
        </p>
        <textarea
          class="code"
          rows={14}
          spellcheck={false}
          aria-label="A quarter's wishes as JSON"
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
        <TroubleCard trouble={job.trouble.value} />
      </div>
      <div class="stack">
        <Working job={job} name="Planning" />
        {found === undefined || job.trouble.value !== undefined ? null : (
          <>
            <Verdict document={found.document} />
            <FigureCard figure={found.figure} />
          </>
        )}
      </div>
    </section>
  );
}

function Verdict({ document }: { readonly document: QuarterDocument }) {
  const { fits, fails, drop, questions, impossible, runs } = document;
  return (
    <section class="card" aria-label="Whether it fits">
      <h2>{fits ? "It fits" : `Week or year ${fails?.epoch ?? ""} fails first`}</h2>
      {fits ? null : (
        <p>
          ρ {fails?.rho} of {fails?.cap}. Without <strong>{drop.join(", ")}</strong> the rest fits.
        </p>
      )}
      <div class="scroll" role="region" tabIndex={0} aria-label="Questions and weeks">
        <table>
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col" class="numbers">
                ±
              </th>
              <th scope="col" class="numbers">
                ρ each time
              </th>
              <th scope="col">Weeks</th>
            </tr>
          </thead>
          <tbody>
            {questions.map(({ name, rho, halfWidth95 }) => (
              <tr key={name} class={drop.includes(name) ? "dropped" : ""}>
                <th scope="row">{name}</th>
                <td class="numbers">{significant(halfWidth95)}</td>
                <td class="numbers">{rho}</td>
                <td class="weeks">
                  {runs
                    .filter((run) => run.name === name)
                    .map(({ week }) => week)
                    .join(", ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {impossible.map(({ name, why, hint }) => (
        <p key={name} class="trouble">
          {name} cannot be had: {why} {hint}
        </p>
      ))}
      <button
        type="button"
        class="quiet"
        onClick={() => saveText("quarter.json", "application/json", `${JSON.stringify(document, null, 2)}\n`)}
      >
        As JSON, as paceline plan --json writes it
      </button>
    </section>
  );
}
