// The words of every exhibit, in the order of the museum: what the page shows before anything is run.
import type { About } from "./exhibit.ts";
import { about as floatLaplace } from "./exhibits/float-laplace/about.ts";
import { about as odometer } from "./exhibits/odometer/about.ts";
import { about as permuteAndFlip } from "./exhibits/permute-and-flip/about.ts";
import { about as renewedBudget } from "./exhibits/renewed-budget/about.ts";
import { about as repeatAndSelect } from "./exhibits/repeat-and-select/about.ts";
import { about as restoredLedger } from "./exhibits/restored-ledger/about.ts";
import { about as sigmaSquared } from "./exhibits/sigma-squared/about.ts";
import { about as sparseVector } from "./exhibits/sparse-vector/about.ts";
import { about as undoubledSample } from "./exhibits/undoubled-sample/about.ts";

export const abouts = {
  "permute-and-flip": permuteAndFlip,
  "sigma-squared": sigmaSquared,
  "float-laplace": floatLaplace,
  "undoubled-sample": undoubledSample,
  "repeat-and-select": repeatAndSelect,
  odometer: odometer,
  "sparse-vector": sparseVector,
  "renewed-budget": renewedBudget,
  "restored-ledger": restoredLedger,
} satisfies Readonly<Record<string, About>>;

export type ExhibitId = keyof typeof abouts;
export const exhibitIds = Object.keys(abouts) as readonly ExhibitId[];
