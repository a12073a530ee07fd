// Where the reader's own files are dropped. What is shown of them is for the reader alone, and says so.
import { type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { QualityReport } from "../../records/quality.ts";
import { TextField } from "../parts/fields.tsx";
import { whole } from "../parts/numbers.ts";
import { TroubleCard, Working } from "../parts/work.tsx";
import type { Job } from "../shell/desk.ts";
import type { OwnFiles } from "./read.ts";

export function OwnData({
  own,
  reading,
}: {
  readonly own: Signal<OwnFiles | undefined>;
  readonly reading: Job<QualityReport | undefined>;
}) {
  const columns = useSignal("");
  const over = useSignal(false);
  const id = useId();
  const take = (files: FileList | null | undefined) => {
    if (files && files.length > 0) own.value = { files: [...files], columns: columns.value };
  };
  const report = own.value === undefined ? undefined : reading.result.value;
  return (
    <section
      class={over.value ? "card drop over" : "card drop"}
      aria-label="Whose data"
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        take(event.dataTransfer?.files);
      }}
    >
      <h2>Whose data</h2>
      <p class="muted">
        Synthetic members, until you drop a CSV or a health export here. Files stay in this browser; what they say
        without noise is for your eyes alone.
      </p>
      <p class="row">
        <label for={id} class="button">
          Choose files
        </label>
        <input
          id={id}
          class="hidden"
          type="file"
          multiple
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            currentTarget.value = "";
          }}
        />
        {own.value === undefined ? null : (
          <button
            type="button"
            onClick={() => {
              own.value = undefined;
            }}
          >
            Back to synthetic members
          </button>
        )}
      </p>
      <Working job={reading} name="Reading" />
      <TroubleCard trouble={own.value === undefined ? undefined : reading.trouble.value} />
      {report === undefined ? null : (
        <p>
          {whole(report.members)} {report.members === 1 ? "member" : "members"}, {whole(report.memberDays)} days,{" "}
          {report.firstDay} to {report.lastDay}: {Object.keys(report.metrics).join(", ")}.
          {report.skipped.length > 0
            ? ` Left out: ${report.skipped.map(({ count, says }) => `${whole(count)} × ${says}`).join("; ")}.`
            : ""}
          {report.notes.length > 0
            ? ` Assumed or repaired: ${report.notes.map(({ count, says }) => `${whole(count)} × ${says}`).join("; ")}.`
            : ""}
          {report.unreadCount > 0
            ? ` Not read: ${report.unread.map(({ file, is }) => `${file} (${is})`).join("; ")}.`
            : ""}
        </p>
      )}
      <details open={/columns/.test(reading.trouble.value?.message ?? "")}>
        <summary>What columns mean</summary>
        <TextField
          label="Columns"
          value={columns}
          placeholder="member=Id,date=Day,steps=Steps"
          hint="As paceline import takes it; empty where the names say it."
        />
        <button
          type="button"
          disabled={own.value === undefined}
          onClick={() => {
            if (own.value !== undefined) own.value = { ...own.value, columns: columns.value };
          }}
        >
          Read again
        </button>
      </details>
    </section>
  );
}
