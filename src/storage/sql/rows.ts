import type { AggregateRows } from "../../aggregate/store.ts";
import type { IssuerRows, RegistrarRows } from "../../issuer/store.ts";
import type { Sealer } from "../../ports/sealer.ts";
import type { Store } from "../../ports/store.ts";
import type { ReleaseRows } from "../../release/store.ts";
import { aggregateRows, type StoredReports } from "./aggregate.ts";
import { issuerRows } from "./issuer.ts";
import { registrarRows } from "./registrar.ts";
import { releaseRows } from "./release.ts";
import { sealedReports, sealedRows } from "./sealed.ts";
import type { Sql } from "./tables.ts";

export type DatabaseRows = AggregateRows & ReleaseRows & IssuerRows & RegistrarRows;

export interface Database extends Store<DatabaseRows> {
  /** Seals by the present key what another sealed. @returns how many values that were */
  reseal(): Promise<number>;
}

/** All rows of a service, inside one transaction. @param sealer for shares and answers; without one they lie open */
export function databaseRows(trx: Sql, stored: StoredReports, sealer: Sealer | undefined): DatabaseRows {
  const reports = sealedReports(stored, sealer);
  const rows = { ...aggregateRows(trx, reports), ...releaseRows(trx), ...issuerRows(trx), ...registrarRows(trx) };
  return sealer === undefined ? rows : sealedRows(rows, sealer);
}
