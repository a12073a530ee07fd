// One budget, and many who race for it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isPacelineError } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Store } from "../../src/ports/store.ts";
import { appendGenesis } from "../../src/release/chain.ts";
import { chainedRows } from "../../src/release/chained.ts";
import { checkLedger, debit } from "../../src/release/ledger.ts";
import { verifyChain } from "../../src/release/verify.ts";
import type { Rows } from "./row-samples.ts";

const owner = { role: "helper", key: new Uint8Array(32) } as const;
const RHO = 7n;
const EPOCHS = ["2026-W01", "2026"];

/** An empty ledger with its first entry. */
export async function beginRace(store: Store<Rows>): Promise<void> {
  await store.transaction((rows) => appendGenesis(rows, nodeCrypto, owner));
}

/** As a service debits, chain included. @returns false when the budget is used up */
export async function debitOne(store: Store<Rows>, task: Uint8Array): Promise<boolean> {
  const units = BigInt(process.env.RACE_UNITS ?? "500");
  const caps = { whose: "helper", epoch: RHO * units + (RHO - 1n), year: RHO * units * 2n } as const;
  try {
    await store.transaction((rows) =>
      debit(
        chainedRows(rows, nodeCrypto, () => undefined),
        { task, rho: RHO, epochs: EPOCHS, mechanism: "{}" },
        caps,
        1,
      ),
    );
    return true;
  } catch (error) {
    if (isPacelineError(error) && error.code === "budget_exhausted") return false;
    throw error;
  }
}

export interface Racers {
  /** Tasks in hex, as they were acknowledged. */
  readonly acknowledged: readonly string[];
  kill(process: number): void;
  /** When all have ended: the exit code or the signal of each, and what they said on standard error. */
  readonly ended: Promise<readonly { readonly end: number | string; readonly said: string }[]>;
}

/** @param where a PostgreSQL URL, or the HTTP address of who has the database */
export function startRacers(where: string, processes: number, clients: number, units: number): Racers {
  const acknowledged: string[] = [];
  const child = fileURLToPath(new URL("race-child.ts", import.meta.url));
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ["--conditions=paceline-source", child, where, String(clients)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, RACE_UNITS: String(units) },
    }),
  );
  const ended = children.map(async (one) => {
    const lines = createInterface({ input: one.stdout }).on("line", (line) => acknowledged.push(line));
    const read = new Promise((resolve) => lines.once("close", resolve));
    let said = "";
    one.stderr.on("data", (chunk) => (said += chunk));
    const end = await new Promise<number | string>((resolve) =>
      one.once("exit", (code, signal) => resolve(code ?? signal ?? "?")),
    );
    await read;
    return { end, said };
  });
  return { acknowledged, kill: (index) => void children[index]?.kill("SIGKILL"), ended: Promise.all(ended) };
}

/** What the ledger holds; the sums, the chain and every rule between them are checked. */
export async function debitsOf(store: Store<Rows>): Promise<readonly string[]> {
  return await store.read(async (rows) => {
    await checkLedger(rows);
    await verifyChain(rows, nodeCrypto, owner);
    return (await rows.events()).map(({ task }) => Buffer.from(task).toString("hex"));
  });
}
