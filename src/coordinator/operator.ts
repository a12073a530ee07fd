// What the coordinator's own operator reads and decides: its tasks, and that one of them takes no more reports.
import { call } from "../api/call.ts";
import { type OperatorState, type OperatorTask, operatorTask, type WholeOperatorTask } from "../api/operator.ts";
import { helperRoutes } from "../api/routes.ts";
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { MaskedRow, QueryRow } from "../release/store.ts";
import { standardMap } from "../task/encoder.ts";
import { decodeManifest } from "../task/manifest.ts";
import { decodeMaskedManifest, isMasked } from "../task/masked/manifest.ts";
import type { MaskedRounds } from "./masked/rounds.ts";
import { helperOf } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";

export interface CoordinatorOperator {
  operatorTasks(): Promise<readonly OperatorTask[]>;
  /** @throws PacelineError not_found */
  operatorTask(id: Uint8Array): Promise<WholeOperatorTask>;
  /** Has parked jobs tried again. @returns how many @throws PacelineError not_found */
  retry(task: Uint8Array): Promise<number>;
  /**
   * Devices may send no more from now on, here and at the helper; again tells the helper again. @returns when it closed
   * @throws PacelineError unknown_task; unavailable while the helper does not answer: it is closed here all the same
   */
  end(task: Uint8Array): Promise<number>;
  /** The same; a masked round, which is no other party's, ends without a sum. */
  close(task: Uint8Array): Promise<number>;
}

const LISTED = 100;

/** What the list says of a task, or of a masked round. */
function describedBy({ manifest }: Pick<QueryRow, "manifest">) {
  if (!isMasked(manifest)) return decodeManifest(manifest);
  const masked = decodeMaskedManifest(manifest);
  return { ...masked, map: standardMap(masked.encoder) };
}

/** A masked round without a release: open for as long as members may join or answer. */
function maskedTask(row: MaskedRow): OperatorTask {
  const { joining } = decodeMaskedManifest(row.manifest);
  const state = row.state === "aborted" ? "abandoned" : "open";
  return operatorTask(row.task, state, describedBy(row), { opens: joining.opens, closes: row.ends });
}

export function newCoordinatorOperator(
  parts: CoordinatorParts,
  masked: Pick<MaskedRounds, "abort">,
): CoordinatorOperator {
  const { store, clock, transport, terms } = parts;
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  type Rows = Parameters<Parameters<typeof store.read>[0]>[0];

  async function stateOf(rows: Rows, { state, task, closes }: QueryRow): Promise<OperatorState> {
    if (state !== "published") return state;
    if ((await rows.batch(task)) !== undefined) return "collected";
    // Devices may have seen it: nothing of it is given back.
    if (await rows.isForgotten(task)) return "abandoned";
    if (await rows.isExpired(task)) return "expired";
    return nowSeconds() < closes ? "open" : "closed";
  }

  async function view(rows: Rows, row: QueryRow): Promise<OperatorTask> {
    return operatorTask(row.task, await stateOf(rows, row), describedBy(row), row, await rows.parkedJobs(row.task));
  }

  async function end(task: Uint8Array): Promise<number> {
    const closes = await store.transaction(async (rows) => {
      const row = (await rows.queryOfTask(task)) ?? fail("unknown_task", "no question was asked with this task");
      if (row.state === "reserved")
        fail("conflict", "no device has seen this task yet", {
          hint: "The helper signs it within a minute, or its reservation is released by itself.",
        });
      await rows.endTask(task, nowSeconds());
      const at = Math.min(row.closes, nowSeconds());
      if (at < row.closes) await rows.putQuery({ ...row, closes: at });
      return at;
    });
    const { url, token } = helperOf(terms);
    await call({ transport, url, token }, helperRoutes.end, { parameters: { task: toBase64Url(task) } });
    return closes;
  }

  return {
    operatorTasks: async () =>
      await store.read(async (rows) => {
        const tasks = (await rows.maskedRunning()).map(maskedTask).reverse();
        for (const row of await rows.queriesBefore(undefined, LISTED)) tasks.push(await view(rows, row));
        return tasks;
      }),
    async operatorTask(id) {
      return await store.read(async (rows) => {
        const row = await rows.queryOfTask(id);
        if (row === undefined) {
          const round = (await rows.maskedRound(id)) ?? fail("not_found", "there is no such task");
          const { notice, joining } = decodeMaskedManifest(round.manifest);
          const none = { reports: null, decided: null, reason: round.because };
          return { ...maskedTask(round), notice, asked: joining.opens, ...none };
        }
        const { notice } = describedBy(row);
        const reports = isMasked(row.manifest) ? null : { ...(await rows.tally(id)) };
        return { ...(await view(rows, row)), notice, reports, asked: row.opens, decided: null, reason: null };
      });
    },
    async retry(task) {
      return await store.transaction(async (rows) => {
        if ((await rows.queryOfTask(task)) === undefined) fail("not_found", "there is no such task");
        return await rows.unparkJobs(task);
      });
    },
    end,
    async close(task) {
      const round = await store.read((rows) => rows.maskedRound(task));
      if (round === undefined) return await end(task);
      await masked.abort(task, "its operator ended the round");
      return Math.min(round.ends, nowSeconds());
    },
  };
}
