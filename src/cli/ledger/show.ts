// paceline ledger show: a running service's budget by week and year, and every debit, as its operator may see it.
import { call } from "../../api/call.ts";
import { coordinatorRoutes, helperRoutes, type LedgerView } from "../../api/routes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { nodeTransport } from "../../platform/node/index.ts";
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import { moment, table } from "../analyst/table.ts";
import { readConfig } from "../serve/config.ts";
import { ownTls } from "../serve/listening.ts";

export interface LedgerShowOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** @throws PacelineError unavailable when the service does not run, unsupported where its token alone does not open it */
export async function ledgerShowCommand(
  role: "coordinator" | "helper",
  { config: file, json }: LedgerShowOptions,
): Promise<void> {
  const config = readConfig(role, file);
  const transport = nodeTransport({ tls: ownTls(config) });
  try {
    const own = { transport, url: config.url };
    const view =
      "analystToken" in config
        ? await call({ ...own, token: config.analystToken }, coordinatorRoutes.ledger)
        : config.leaderCertificate === undefined
          ? await call({ ...own, token: config.leaderToken }, helperRoutes.ledger)
          : fail("unsupported", "this helper tells nobody but the holder of the coordinator's certificate", {
              hint: "The coordinator's analysts see the helper's books with `paceline budget`.",
            });
    process.stdout.write(json === true ? `${JSON.stringify(view, null, 2)}\n` : textOf(view));
  } finally {
    transport.close();
  }
}

/** Nano-ρ as the wire has it, as a decimal. */
const rho = (nano: string) => formatRho(nanoRho(BigInt(nano)));

/** A privacy event's mechanism; --json has the whole event. */
function nameOf(event: string): string {
  const read = parseJson(event, "a debit's event", "invalid_data") as { readonly mechanism?: unknown } | null;
  return typeof read?.mechanism === "string" ? read.mechanism : "not said";
}

function textOf({ epochs, debits, releases }: LedgerView): string {
  if (epochs.length === 0) return "Nothing was ever spent.\n";
  const budgets = epochs.map(({ epoch, cap, spent }) => [
    epoch,
    rho(spent),
    rho(cap),
    rho(String(BigInt(cap) - BigInt(spent))),
  ]);
  const events = (rows: LedgerView["debits"]) =>
    rows.map((row) => [moment(row.at / 1000), rho(row.rho), nameOf(row.mechanism), row.task, row.epochs.join(" ")]);
  const part = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? "" : `${title}\n${table([head, ...rows])}\n`;
  const columns = ["when (UTC)", "ρ", "mechanism", "task", "charged to"];
  return [
    part("Budgets, in ρ", ["week or year", "spent", "of", "left"], budgets),
    part("Debits", columns, events(debits)),
    part("Given back, as no device could see the task", columns, events(releases)),
  ].join("");
}
