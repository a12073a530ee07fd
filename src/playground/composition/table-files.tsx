// A plan from a spreadsheet, and to one.
import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import type { Neighbouring } from "../../privacy/index.ts";
import { saveText } from "../parts/save.ts";
import { TroubleCard } from "../parts/work.tsx";
import { newDesk, type Trouble, troubleOf } from "../shell/desk.ts";

const desk = newDesk("composition");

export function TableFiles({ text, relation }: { readonly text: Signal<string>; readonly relation: Signal<string> }) {
  const trouble = useSignal<Trouble | undefined>(undefined);
  const doing = async (work: () => Promise<void>) => {
    try {
      await work();
      trouble.value = undefined;
    } catch (error) {
      trouble.value = troubleOf(error);
    }
  };
  const open = (file: File) =>
    doing(async () => {
      const table = await file.text();
      text.value = await desk.call((api) => api.fromTable(table, relation.value as Neighbouring));
    });
  const save = () =>
    doing(async () => {
      const table = await desk.call((api) => api.toTable(text.value));
      saveText("plan.csv", "text/csv", table);
    });
  return (
    <>
      <p class="field">
        <label for="plan-table">A plan as a table (CSV)</label>
        <input
          id="plan-table"
          type="file"
          accept=".csv,.tsv,text/csv"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file !== undefined) void open(file);
            currentTarget.value = "";
          }}
        />
      </p>
      <p class="files">
        <button type="button" class="quiet" onClick={() => void save()}>
          This plan as CSV
        </button>
      </p>
      <TroubleCard trouble={trouble.value} />
    </>
  );
}
