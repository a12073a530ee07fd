// Rows whose shares and answers are sealed in their tables. Uploads are not: they are sealed to the aggregators' own keys.
import type { AggregateRows, BatchRow, ReportRow, SettledReport, StreamRow } from "../../aggregate/store.ts";
import { PacelineError } from "../../base/errors.ts";
import type { Place, Sealer } from "../../ports/sealer.ts";
import type { QueryRow, ReleaseRows } from "../../release/store.ts";
import type { ReportRows, StoredReports } from "./aggregate.ts";

const nothing = new Uint8Array(0);

/** The places of what is sealed. */
export const places = {
  outputShare: (task: Uint8Array, id: Uint8Array): Place => ({
    table: "report",
    column: "output_share",
    task,
    row: id,
  }),
  noisedShare: (task: Uint8Array): Place => ({ table: "batch", column: "noised_share", task, row: nothing }),
  stream: (task: Uint8Array): Place => ({ table: "stream", column: "state", task, row: nothing }),
  release: (task: Uint8Array): Place => ({ table: "query", column: "release", task, row: nothing }),
};

/** @throws PacelineError unavailable, naming table and column: the database says something that was never written there */
export function opened(sealer: Sealer, place: Place, sealed: Uint8Array): Uint8Array {
  const plain = sealer.open(place, sealed);
  if (plain !== undefined) return plain;
  throw new PacelineError(
    "unavailable",
    `the database is damaged: ${place.column} of a row of ${place.table} was changed, or belongs to another row`,
    { hint: "Or the file of sealing keys is another one. Nothing is served from it: restore what belongs together." },
  );
}

/** Frees memory that V8 would let stand, tens of MiB of it, while a million shares go by: it counts what is small in its heap. */
function giveBack({ byteLength, buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** @param stored whose output shares are sealed; unsealed where there is no sealer */
export function sealedReports(stored: StoredReports, sealer: Sealer | undefined): ReportRows {
  async function* shares(task: Uint8Array, most: number) {
    for await (const page of stored.outputShares(task, most)) {
      const plain = page.map(({ id, bytes }) => {
        if (sealer === undefined) return bytes;
        const share = opened(sealer, places.outputShare(task, id), bytes);
        giveBack(bytes);
        return share;
      });
      yield plain;
      plain.forEach(giveBack);
    }
  }
  if (sealer === undefined) return { ...stored, outputShares: shares };
  const seal = <Row extends Pick<SettledReport, "id" | "outputShare">>(task: Uint8Array, row: Row): Row =>
    row.outputShare === null
      ? row
      : { ...row, outputShare: sealer.seal(places.outputShare(task, row.id), row.outputShare) };
  const open = (row: ReportRow): ReportRow =>
    row.outputShare === null
      ? row
      : { ...row, outputShare: opened(sealer, places.outputShare(row.task, row.id), row.outputShare) };
  return {
    ...stored,
    addReports: (rows) => stored.addReports(rows.map((row) => seal(row.task, row))),
    async report(task, id) {
      const row = await stored.report(task, id);
      return row && open(row);
    },
    pendingReports: async (task, most) => (await stored.pendingReports(task, most)).map(open),
    settleReports: (task, settled) =>
      stored.settleReports(
        task,
        settled.map((row) => seal(task, row)),
      ),
    outputShares: shares,
  };
}

/** Batches, streams and releases. */
export function sealedRows<Rows extends AggregateRows & ReleaseRows>(rows: Rows, sealer: Sealer): Rows {
  const openBatch = (row: BatchRow): BatchRow => ({
    ...row,
    noisedShare: opened(sealer, places.noisedShare(row.task), row.noisedShare),
  });
  const openStream = (row: StreamRow): StreamRow =>
    row.state === null ? row : { ...row, state: opened(sealer, places.stream(row.task), row.state) };
  const openQuery = (row: QueryRow): QueryRow =>
    row.release === null ? row : { ...row, release: opened(sealer, places.release(row.task), row.release) };
  return {
    ...rows,
    async batch(task) {
      const row = await rows.batch(task);
      return row && openBatch(row);
    },
    async *batches(most) {
      for await (const page of rows.batches(most)) yield page.map(openBatch);
    },
    addBatch: (row) =>
      rows.addBatch({ ...row, noisedShare: sealer.seal(places.noisedShare(row.task), row.noisedShare) }),
    async stream(task) {
      const row = await rows.stream(task);
      return row && openStream(row);
    },
    streams: async () => (await rows.streams()).map(openStream),
    putStream: (row) =>
      rows.putStream(row.state === null ? row : { ...row, state: sealer.seal(places.stream(row.task), row.state) }),
    async query(hash) {
      const row = await rows.query(hash);
      return row && openQuery(row);
    },
    async queryOfTask(task) {
      const row = await rows.queryOfTask(task);
      return row && openQuery(row);
    },
    queriesBefore: async (before, most) => (await rows.queriesBefore(before, most)).map(openQuery),
    reservedQueries: async () => (await rows.reservedQueries()).map(openQuery),
    async *releases(most) {
      for await (const page of rows.releases(most))
        yield page.map(({ task, release }) => ({ task, release: opened(sealer, places.release(task), release) }));
    },
    putQuery: (row) =>
      rows.putQuery(
        row.release === null ? row : { ...row, release: sealer.seal(places.release(row.task), row.release) },
      ),
  };
}
