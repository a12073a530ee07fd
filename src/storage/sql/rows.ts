import type { AggregateRows } from "../../aggregate/store.ts";
import type { IssuerRows } from "../../issuer/store.ts";
import type { ReleaseRows } from "../../release/store.ts";
import { aggregateRows, type ReportRows } from "./aggregate.ts";
import { issuerRows } from "./issuer.ts";
import { releaseRows } from "./release.ts";
import type { Sql } from "./tables.ts";

export type DatabaseRows = AggregateRows & ReleaseRows & IssuerRows;

/** All rows of a service, inside one transaction. */
export const databaseRows = (trx: Sql, reports: ReportRows): DatabaseRows => ({
  ...aggregateRows(trx, reports),
  ...releaseRows(trx),
  ...issuerRows(trx),
});
