// "0.5 bpm", "10 minutes", "2 %": a wanted error with the unit that people say, as a number in the statistic's own unit.
import type { Vocabulary } from "../../api/analyst.ts";
import { fail } from "../../base/errors.ts";

/** What people say → UCUM, and how many of it that is. */
const spoken: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  bpm: ["/min", 1],
  "beats/min": ["/min", 1],
  "breaths/min": ["/min", 1],
  minute: ["min", 1],
  minutes: ["min", 1],
  h: ["min", 60],
  hour: ["min", 60],
  hours: ["min", 60],
  s: ["min", 1 / 60],
  seconds: ["min", 1 / 60],
  km: ["m", 1000],
  metres: ["m", 1],
  meters: ["m", 1],
  g: ["kg", 0.001],
  percent: ["%", 1],
};

interface Asked {
  readonly select?: unknown;
}

/** @returns the number, in the unit of what is asked @throws PacelineError invalid_argument */
export function errorIn(text: string, question: Asked, { metrics }: Pick<Vocabulary, "metrics">): number {
  const { value, unit } = splitError(text);
  if (unit === "") return value;
  const wanted = [...new Set(unitsOf(question, metrics))];
  const [own] = wanted;
  if (wanted.length !== 1 || own === undefined)
    fail(
      "invalid_argument",
      `--error: "${unit}" does not say what of; the question has ${wanted.join(", ") || "no unit"}`,
      {
        hint: "Give the number alone: it then holds for each statistic, in its own unit.",
      },
    );
  if (own === "share" && (unit === "%" || unit === "percent" || unit === "pp")) return value / 100;
  const [ucum, factor] = Object.hasOwn(spoken, unit) ? (spoken[unit] as readonly [string, number]) : [unit, 1];
  if (ucum === own || `{${ucum}}` === own) return value * factor;
  return fail(
    "invalid_argument",
    `--error: "${unit}" is no unit of what is asked, which is in ${own.replace(/[{}]/g, "")}`,
  );
}

/** @throws PacelineError invalid_argument */
export function splitError(text: string): { readonly value: number; readonly unit: string } {
  const [, number = "", unit = ""] = /^\s*±?\s*([0-9]*\.?[0-9]+)\s*([^\s0-9][^\s]*)?\s*$/.exec(text) ?? [];
  const value = Number(number);
  if (number === "" || !(value > 0))
    fail("invalid_argument", `--error is "${text}", not a number above 0 and perhaps a unit, such as "0.5 bpm"`);
  return { value, unit };
}

function unitsOf({ select }: Asked, metrics: Vocabulary["metrics"]): readonly string[] {
  if (!Array.isArray(select)) return [];
  return select.flatMap((one: { statistic?: string; of?: { formula?: string } }) => {
    if (one.statistic === "share") return ["share"];
    if (one.statistic === "histogram" || one.statistic === "top" || one.statistic === "count") return ["{members}"];
    const metric = metrics.find(({ id }) => id === one.of?.formula);
    return metric === undefined ? ["a unit of its own"] : [metric.unit];
  });
}
