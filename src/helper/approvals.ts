// Where the helper's operator approves questions by hand: what is asked waits, whenever and however often it is asked, until the
// operator has decided; one approval is one signed task. Nobody has reserved anything until then.
import type { AggregateRows, ApprovalRow } from "../aggregate/store.ts";
import type { ApprovalState } from "../api/approval.ts";
import { equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import { decodeManifest, encodeManifest } from "../task/manifest.ts";
import type { HelperPolicy } from "./policy.ts";

export interface Approvals {
  /** Has a question wait for its decision, or says what that was. @throws PacelineError policy_refused when too many wait */
  ask(manifest: Uint8Array): Promise<Pick<ApprovalRow, "reason"> & { readonly state: ApprovalRow["state"] }>;
  /** What asking would meet; nothing changes. */
  view(manifest: Uint8Array): Promise<ApprovalState>;
  /** Within the transaction that debits the task: uses its approval up. @throws PacelineError conflict, policy_refused */
  use(rows: AggregateRows, manifest: Uint8Array, task: Uint8Array): Promise<void>;
  /** Within the transaction that releases a task: no device has seen it, so that its approval is good for another. */
  restore(rows: AggregateRows, task: Uint8Array): Promise<void>;
  /** @throws PacelineError not_found, conflict when a task of it was signed */
  decide(key: Uint8Array, approve: boolean, reason: string | null): Promise<ApprovalRow>;
}

/** Questions that wait at one time: a leader cannot fill the table. */
const WAITING_MAX = 64;
const DAY_MS = 86_400_000;
/** An approval is good for so long, and a decision or a question that nobody asks again is kept for so long. */
const APPROVED_MS = 7 * DAY_MS;
const KEPT_MS = 30 * DAY_MS;

/** What is asked, without when: a manifest's times are those of the moment that it was laid out. */
async function keyOf(crypto: Crypto, bytes: Uint8Array): Promise<Uint8Array> {
  const manifest = decodeManifest(bytes);
  const { opens, closes } = manifest.upload;
  return await crypto.sha256(encodeManifest({ ...manifest, upload: { opens: 0, closes: closes - opens } }));
}

export function newApprovals(
  { crypto, clock, policy }: { readonly crypto: Crypto; readonly clock: Clock; readonly policy: HelperPolicy },
  store: Store<AggregateRows>,
): Approvals {
  const manual = policy.approval === "manual";
  const stale = (row: ApprovalRow) => clock.now() - Math.max(row.asked, row.decided ?? 0) > KEPT_MS;
  /** Approved too long ago: it waits again. */
  const lapsed = ({ state, decided, task }: ApprovalRow) =>
    state === "approved" && task === null && clock.now() - (decided ?? 0) > APPROVED_MS;

  async function wait(rows: AggregateRows, key: Uint8Array, manifest: Uint8Array): Promise<ApprovalRow> {
    const all = await rows.approvals();
    for (const row of all) if (stale(row)) await rows.dropApproval(row.key);
    if (all.filter((row) => row.state === "waiting" && !stale(row)).length >= WAITING_MAX)
      fail("policy_refused", `${WAITING_MAX} questions wait for this helper's operator, its most`);
    const row: ApprovalRow = {
      ...{ key, manifest, state: "waiting", asked: clock.now() },
      ...{ decided: null, reason: null, task: null },
    };
    await rows.putApproval(row);
    return row;
  }

  return {
    async ask(manifest) {
      if (!manual) return { state: "approved", reason: null };
      const key = await keyOf(crypto, manifest);
      return await store.transaction(async (rows) => {
        const before = await rows.approval(key);
        // A task was signed by it, and what is asked now is another one.
        if (before === undefined || lapsed(before) || before.task !== null) return await wait(rows, key, manifest);
        const row = { ...before, asked: clock.now() };
        await rows.putApproval(row);
        return row;
      });
    },
    async view(manifest) {
      if (!manual) return "none";
      const key = await keyOf(crypto, manifest);
      const row = await store.read((rows) => rows.approval(key));
      return row === undefined || lapsed(row) || row.task !== null || stale(row) ? "needed" : row.state;
    },
    async use(rows, manifest, task) {
      if (!manual) return;
      const row = await rows.approval(await keyOf(crypto, manifest));
      if (row === undefined || row.state === "waiting" || lapsed(row)) waiting();
      if (row.state === "refused") refused(row.reason);
      if (row.task !== null && !equalBytes(row.task, task))
        fail("policy_refused", "another task was signed by the approval of this helper's operator");
      await rows.putApproval({ ...row, task });
    },
    async restore(rows, task) {
      const row = await rows.approvalOfTask(task);
      if (row !== undefined) await rows.putApproval({ ...row, task: null });
    },
    async decide(key, approve, reason) {
      return await store.transaction(async (rows) => {
        const row = (await rows.approval(key)) ?? fail("not_found", "nothing waits for a decision by this name");
        if (row.task !== null)
          fail("conflict", "a task was signed by this approval", { hint: "Close that task, if it is to end." });
        const decided: ApprovalRow = {
          ...row,
          ...{ state: approve ? "approved" : "refused", decided: clock.now(), reason },
        };
        await rows.putApproval(decided);
        return decided;
      });
    },
  };
}

function waiting(): never {
  fail("conflict", "this waits for the approval of the helper's operator", {
    hint: "Ask for the same again later: nothing is reserved until then.",
  });
}

function refused(reason: string | null): never {
  fail("policy_refused", `the helper's operator has refused this${reason === null ? "" : `: ${reason}`}`);
}
