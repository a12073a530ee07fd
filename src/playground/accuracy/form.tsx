// The same question by form: it writes the text, which stays the one place where a question is.
import { type Signal, useSignal } from "@preact/signals";
import { SelectField } from "../parts/fields.tsx";
import type { Vocabulary } from "./planning.ts";

const statistics = [
  { value: "AVG($)", label: "mean" },
  { value: "MEDIAN($)", label: "median" },
  { value: "QUANTILE($, 0.1, 0.5, 0.9)", label: "10, 50 and 90 % quantiles" },
  { value: "STDDEV($)", label: "standard deviation" },
  { value: "HISTOGRAM($, 12)", label: "histogram of 12 ranges" },
  { value: "COUNT(*)", label: "members who have it" },
];
const windows = ["1 WEEK", "4 WEEKS", "8 WEEKS", "12 WEEKS"].map((value) => ({ value, label: value.toLowerCase() }));

export function QuestionForm({
  sql,
  vocabulary,
}: {
  readonly sql: Signal<string>;
  readonly vocabulary: Vocabulary | undefined;
}) {
  const [statistic, metric] = [useSignal("MEDIAN($)"), useSignal("rhr")];
  const [group, window] = [useSignal(""), useSignal("4 WEEKS")];
  if (vocabulary === undefined) return null;
  const write = () => {
    const what = statistic.value.replace("$", metric.value);
    const groups = group.value === "" ? "" : ` GROUP BY ${group.value}`;
    sql.value = `SELECT ${what} FROM member_week${groups} WINDOW LAST ${window.value}`;
  };
  return (
    <details class="form">
      <summary>Or by form</summary>
      <SelectField label="Statistic" value={statistic} choices={statistics} />
      <SelectField
        label="Of"
        value={metric}
        choices={vocabulary.metrics.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <SelectField
        label="Split by"
        value={group}
        choices={[
          { value: "", label: "nothing" },
          ...vocabulary.attributes.map(({ id, title }) => ({ value: id, label: title })),
        ]}
      />
      <SelectField label="Over the last" value={window} choices={windows} />
      <button type="button" onClick={write}>
        Write it as text
      </button>
    </details>
  );
}
