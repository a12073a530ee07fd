// Changes to a plan that leave its text in its reader's own words: only the steps that are touched are written anew.
import { parseJson } from "../../base/json.ts";

type Listed = Record<string, unknown>;

function listOf(text: string): Listed[] | undefined {
  try {
    const json: unknown = parseJson(text, "the plan");
    return (Array.isArray(json) ? json : [json]) as Listed[];
  } catch {
    return undefined;
  }
}

/** One step a line. */
function textOf(steps: readonly Listed[]): string {
  return `[\n${steps.map((step) => `  ${JSON.stringify(step).replaceAll('":', '": ').replaceAll(',"', ', "')}`).join(",\n")}\n]`;
}

/** @param by -1 upwards, 1 downwards */
export function moved(text: string, at: number, by: -1 | 1): string {
  const steps = listOf(text);
  const [one, other] = [steps?.[at], steps?.[at + by]];
  if (steps === undefined || one === undefined || other === undefined) return text;
  return textOf(steps.with(at, other).with(at + by, one));
}

export function toggled(text: string, at: number): string {
  const steps = listOf(text);
  const step = steps?.[at];
  if (steps === undefined || step === undefined) return text;
  const { off, ...rest } = step;
  return textOf(steps.with(at, off === true ? rest : { ...rest, off: true }));
}

export function without(text: string, at: number): string {
  const steps = listOf(text);
  return steps === undefined || steps.length < 2 ? text : textOf(steps.toSpliced(at, 1));
}

export function withStep(text: string, step: Listed): string {
  return textOf([...(listOf(text) ?? []), step]);
}
