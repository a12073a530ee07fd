// What every exhibit runs: the mistake, and Paceline's own. Loaded on a worker.
import type { ExhibitId } from "./abouts.ts";
import type { MakeTrial } from "./exhibit.ts";
import { defect as floatLaplaceDefect } from "./exhibits/float-laplace/defect.ts";
import { ours as floatLaplaceOurs } from "./exhibits/float-laplace/ours.ts";
import { defect as odometerDefect } from "./exhibits/odometer/defect.ts";
import { ours as odometerOurs } from "./exhibits/odometer/ours.ts";
import { defect as permuteAndFlipDefect } from "./exhibits/permute-and-flip/defect.ts";
import { ours as permuteAndFlipOurs } from "./exhibits/permute-and-flip/ours.ts";
import { defect as renewedBudgetDefect } from "./exhibits/renewed-budget/defect.ts";
import { ours as renewedBudgetOurs } from "./exhibits/renewed-budget/ours.ts";
import { defect as repeatAndSelectDefect } from "./exhibits/repeat-and-select/defect.ts";
import { ours as repeatAndSelectOurs } from "./exhibits/repeat-and-select/ours.ts";
import { defect as restoredLedgerDefect } from "./exhibits/restored-ledger/defect.ts";
import { ours as restoredLedgerOurs } from "./exhibits/restored-ledger/ours.ts";
import { defect as sigmaSquaredDefect } from "./exhibits/sigma-squared/defect.ts";
import { ours as sigmaSquaredOurs } from "./exhibits/sigma-squared/ours.ts";
import { defect as sparseVectorDefect } from "./exhibits/sparse-vector/defect.ts";
import { ours as sparseVectorOurs } from "./exhibits/sparse-vector/ours.ts";
import { defect as undoubledSampleDefect } from "./exhibits/undoubled-sample/defect.ts";
import { ours as undoubledSampleOurs } from "./exhibits/undoubled-sample/ours.ts";

export const trials: Readonly<Record<ExhibitId, { readonly defect: MakeTrial; readonly ours: MakeTrial }>> = {
  "permute-and-flip": { defect: permuteAndFlipDefect, ours: permuteAndFlipOurs },
  "sigma-squared": { defect: sigmaSquaredDefect, ours: sigmaSquaredOurs },
  "float-laplace": { defect: floatLaplaceDefect, ours: floatLaplaceOurs },
  "undoubled-sample": { defect: undoubledSampleDefect, ours: undoubledSampleOurs },
  "repeat-and-select": { defect: repeatAndSelectDefect, ours: repeatAndSelectOurs },
  odometer: { defect: odometerDefect, ours: odometerOurs },
  "sparse-vector": { defect: sparseVectorDefect, ours: sparseVectorOurs },
  "renewed-budget": { defect: renewedBudgetDefect, ours: renewedBudgetOurs },
  "restored-ledger": { defect: restoredLedgerDefect, ours: restoredLedgerOurs },
};
