// Every export that is known by its header, the particular before the general.
import type { MetricId } from "../../types.ts";
import { apps } from "./apps.ts";
import { fitbit } from "./fitbit.ts";
import { fitbitTakeout } from "./fitbit-takeout.ts";
import { own } from "./own.ts";
import { phones } from "./phones.ts";
import { rings } from "./rings.ts";
import { samsung } from "./samsung.ts";
import type { KnownTable } from "./shape.ts";

export const knownTables: readonly KnownTable[] = [
  ...fitbit,
  ...fitbitTakeout,
  ...rings,
  ...samsung,
  ...phones,
  ...apps,
  own,
];

/** Every metric that known exports give. */
export const knownMetrics: readonly MetricId[] = [
  ...new Set(knownTables.flatMap(({ values }) => values.map(({ metric }) => metric))),
].sort();
