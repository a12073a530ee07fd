// What devices ask of the coordinator: which tasks there are, and to take a report or give one back. Phones wait for better times,
// whatever is wrong here.
import { outcomeName } from "../aggregate/outcome.ts";
import type { taskCache } from "../aggregate/task.ts";
import { newUploads } from "../aggregate/upload.ts";
import { newWithdrawals } from "../aggregate/withdraw.ts";
import { toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { noMeter } from "../ports/meter.ts";
import { UploadErrors } from "../protocol/dap/report.ts";
import type { Envelope } from "../task/envelope.ts";
import type { LeaderRunner } from "./leader.ts";
import type { CoordinatorParts } from "./parts.ts";
import { newRegister, type RegisterPage } from "./register.ts";

export interface ForDevices {
  /** The open tasks. */
  tasks(): Promise<readonly Envelope[]>;
  /** The same, as devices read it: what came after `cursor`. */
  register(cursor: string | undefined): Promise<RegisterPage>;
  upload(task: Uint8Array, body: Uint8Array): Promise<Uint8Array>;
  /** @throws PacelineError rate_limited */
  withdraw(task: Uint8Array, secret: Uint8Array): Promise<{ readonly stands: boolean }>;
}

export interface DeviceSide {
  readonly taskOf: ReturnType<typeof taskCache>;
  readonly runner: LeaderRunner;
  /** Tasks that are being collected take no more reports. */
  readonly closing: ReadonlySet<string>;
  /** Why nothing is served now. */
  trouble(): string | undefined;
  arrived(task: Uint8Array): void;
}

export function newForDevices(parts: CoordinatorParts, side: DeviceSide): ForDevices {
  const { store, crypto, clock, passing, terms } = parts;
  const { taskOf, closing } = side;
  const uploads = newUploads(crypto, store, terms.uploads, parts.soon, parts.log);
  const withdrawals = newWithdrawals(crypto, store, terms.uploads, parts.soon, parts.log);
  const register = newRegister(store, crypto);
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  const check = () => {
    if (side.trouble() !== undefined) fail("unavailable", "this coordinator serves nothing now");
  };
  return {
    async tasks() {
      check();
      return await register.open(nowSeconds(), closing);
    },
    async register(cursor) {
      check();
      return await register.page(nowSeconds(), closing, cursor);
    },
    async upload(id, body) {
      check();
      const task = await taskOf(id);
      if (closing.has(toHex(id)))
        fail("unavailable", "the task is being collected", { hint: "Send the same bytes again." });
      const { errors, fresh } = await uploads.accept(task, body, nowSeconds());
      const { meter = noMeter } = parts;
      if (fresh > 0) meter("reports", { stage: "upload", outcome: "accepted" }, fresh);
      for (const { error } of UploadErrors.decode(errors))
        meter("reports", { stage: "upload", outcome: outcomeName(error) }, 1);
      passing("coordinator:upload-stored");
      if (fresh > 0) {
        side.arrived(id);
        side.runner.kick(task, fresh);
      }
      return errors;
    },
    async withdraw(id, secret) {
      check();
      const task = await taskOf(id);
      const outcome = await withdrawals.take(task.dap.id, secret, nowSeconds());
      passing("coordinator:withdrawn");
      return { stands: outcome === "stands" };
    },
  };
}
