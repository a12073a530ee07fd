// The whole stack in one page: phones, two aggregators, two ledgers, and everything that passes between them.
import { useMemo } from "preact/hooks";
import { type ExportFormat, exportFormats } from "../../figures/index.ts";
import { SelectField, SliderField } from "../parts/fields.tsx";
import { FigureCard } from "../parts/figure.tsx";
import { whole } from "../parts/numbers.ts";
import { saveText } from "../parts/save.ts";
import { Term } from "../parts/term.tsx";
import { TroubleCard, Working } from "../parts/work.tsx";
import { newDesk } from "../shell/desk.ts";
import { useLater } from "../shell/later.ts";
import { Attacks } from "./attack-list.tsx";
import { EPSILONS, PHONES, QUESTIONS } from "./defaults.ts";
import { ledgerFigure, releasedFigure } from "./figures.ts";
import { Messages } from "./messages.tsx";
import { fields } from "./state.ts";
import type { Told } from "./world.ts";

/** The world lives on this thread, until another takes its place. */
const desk = newDesk("stack");

const endings: Readonly<Record<ExportFormat, string>> = {
  csv: "csv",
  json: "json",
  "vega-lite": "vl.json",
  ipynb: "ipynb",
  svg: "svg",
};

export function Room() {
  const state = useMemo(fields, []);
  const job = useMemo(
    () =>
      desk.job(
        async (api, progress) =>
          await api.run(
            { sql: state.sql.value, epsilon: state.epsilon.value, phones: Number(state.phones.value) || 0 },
            progress,
          ),
      ),
    [],
  );
  useLater(() => void job.run(), [state.sql.value, state.epsilon.value, state.phones.value]);
  const told = job.result.value;
  const save = async (format: ExportFormat) => {
    const text = await desk.call((api) => api.release(format));
    saveText(`release.${endings[format]}`, "text/plain", text);
  };
  return (
    <div class="bench">
      <div class="stack">
        <section class="card" aria-label="What is run">
          <SelectField label="Question" value={state.sql} choices={QUESTIONS} />
          <SliderField
            label={<Term name="epsilon">Noise of each party, ε</Term>}
            value={state.epsilon}
            scale={EPSILONS}
            ends={["more private", "more exact"]}
            said={(value) => value}
          />
          <SliderField
            label="Phones"
            value={state.phones}
            scale={PHONES}
            ends={["60", "300"]}
            said={(value) => value}
          />
          <button type="button" class="main" disabled={job.busy.value} onClick={() => void job.run()}>
            Run it again
          </button>
          <Working job={job} name="Phones answer" />
          <TroubleCard trouble={job.trouble.value} stale={told !== undefined} />
        </section>
        <Attacks
          key={told?.messages.length === undefined ? "none" : JSON.stringify(told.released)}
          ready={told !== undefined && !job.busy.value}
          run={(name) => desk.call((api) => api.attack(name))}
        />
      </div>
      <div class="stack">{told === undefined ? null : <Outcome told={told} save={save} />}</div>
    </div>
  );
}

function Outcome({ told, save }: { readonly told: Told; readonly save: (format: ExportFormat) => Promise<void> }) {
  const released = useMemo(() => releasedFigure(told), [told]);
  const ledgers = useMemo(() => told.ledgers.map(ledgerFigure), [told]);
  return (
    <>
      <section class="card" aria-label="What happened">
        <h2>{told.title}</h2>
        <p>
          {whole(told.phones)} phones answered; {whole(told.contributors)} of them had something to say, and nobody can
          tell which: every report has the same size and its two <Term name="share">shares</Term> look like chance. Both
          parties checked each proof without seeing an answer, added up their halves, and each put its own noise in
          before it handed on its half.
        </p>
        <p class="row">
          <span>The release as</span>
          {exportFormats.map((format) => (
            <button key={format} type="button" class="quiet" onClick={() => void save(format)}>
              {format === "ipynb" ? "notebook" : format}
            </button>
          ))}
        </p>
      </section>
      <Messages messages={told.messages} />
      <FigureCard figure={released} />
      {told.figures.map((figure) => (
        <FigureCard key={figure.id} figure={figure} />
      ))}
      <div class="pair">
        {ledgers.map((figure) => (
          <FigureCard key={figure.id} figure={figure} />
        ))}
      </div>
    </>
  );
}
