// What the room's address says.
import { numberIn } from "../parts/numbers.ts";
import { fieldsOf } from "../shell/state.ts";
import { type ExhibitId, exhibitIds } from "./abouts.ts";
import type { ExhibitOptions } from "./audit.ts";
import { defaults } from "./defaults.ts";

export const fields = () => fieldsOf("museum", defaults);
export type MuseumFields = ReturnType<typeof fields>;

export const exhibitOf = ({ exhibit }: MuseumFields): ExhibitId =>
  exhibitIds.find((id) => id === exhibit.value) ?? defaults.exhibit;

export function optionsOf(state: MuseumFields): ExhibitOptions {
  return {
    exhibit: exhibitOf(state),
    runs: numberIn(state.runs.value, 0, 1e6) ?? Number.NaN,
    seed: state.seed.value,
    confidence: numberIn(state.confidence.value, 0, 1) ?? Number.NaN,
  };
}
