// paceline ledger acknowledge: what a ledger has lost, as its mark and the other service tell it, and an operator's word
// that ends the refusal to serve. Without a reason it only shows.

import { claimStore } from "../../aggregate/owner.ts";
import { call, type Service } from "../../api/call.ts";
import { coordinatorRoutes, helperRoutes } from "../../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { nodeClock, nodeCrypto, nodeTransport, openKeyring, openMarkFile } from "../../platform/node/index.ts";
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import { type Acknowledged, acknowledge, type Known, markText } from "../../release/acknowledge.ts";
import { type Agreement, newAgreement } from "../../release/agreement.ts";
import { headOf, type Mark } from "../../release/chain.ts";
import type { ServiceRows } from "../../release/chained.ts";
import { headsDocument, headsFrom, readHead } from "../../release/heads.ts";
import { type HighWater, highWaterOf, readHighWater, writeHighWater } from "../../release/high-water.ts";
import { markPath, readConfig } from "../serve/config.ts";
import { openStoppedDatabase } from "../serve/database.ts";
import { allSpent } from "./all-spent.ts";

type Role = "coordinator" | "helper";

/** Ends a transaction that was only to show what it would do. */
class OnlyShown extends Error {
  readonly shown: Acknowledged;
  constructor(shown: Acknowledged) {
    super("only shown");
    this.shown = shown;
  }
}

export async function acknowledgeCommand(role: Role, configFile: string, reason: string | undefined): Promise<void> {
  if (reason?.trim() === "") fail("invalid_argument", "--reason says in words what happened");
  const config = readConfig(role, configFile);
  const store = await openStoppedDatabase(role, config);
  const transport = nodeTransport();
  try {
    const keyring = openKeyring(config.keys, "refuse");
    await claimStore(nodeCrypto, store, role, keyring);
    const mark = openMarkFile(markPath(config));
    const other = otherOf(config);
    const agreement = newAgreement({
      store,
      crypto: nodeCrypto,
      signer: keyring.signer,
      role,
      mark,
      ...(other?.trust ?? { alone: true }),
    });
    await agreement.open();
    const heard = other && (await hear({ ...other.service, transport }, other.routes, agreement));
    if (agreement.trouble() === undefined) {
      say("Nothing to acknowledge: this ledger is as new as its mark and the other side know it.");
      return;
    }
    const known: Known = heard
      ? { mark: await readHighWater(mark), ...heard }
      : knownAlone(config, (await readHighWater(mark)) ?? (await store.read(headOf)));
    say(`Nothing is served: ${agreement.trouble()}`);
    const policy = "policy" in config ? config.policy : config;
    const caps = { whose: role, epoch: policy.rhoPerEpoch, year: policy.rhoPerYear };
    const done = await agreement.store
      .transaction(async (rows) => {
        const owner = { role, key: keyring.signer.publicKey };
        const statement = { owner, reason: reason ?? "", at: nodeClock.now(), caps };
        const result = await acknowledge(rows, nodeCrypto, known, statement);
        if (reason === undefined) throw new OnlyShown(result);
        return result;
      })
      .catch((error: unknown) => {
        if (error instanceof OnlyShown) return error.shown;
        throw error;
      });
    tell(role, done);
    if (reason === undefined) say('Nothing was changed. Once you know what happened, say it with --reason "…".');
    else {
      await writeHighWater(mark, await store.read(highWaterOf));
      say(`Acknowledged. Start the ${role} again.`);
    }
  } finally {
    transport.close();
    await store.close();
  }
}

type Config = ReturnType<typeof readConfig>;

/** Undefined where there is no other service. */
function otherOf(config: Config) {
  if (!("analystToken" in config)) {
    const routes = { ...coordinatorRoutes, ledger: coordinatorRoutes.helperLedger };
    return { service: { url: config.leaderUrl, token: config.leaderToken }, routes, trust: {} };
  }
  const { helper } = config;
  if (helper === undefined) return undefined;
  const trust = { counterpartKey: fromBase64Url(helper.signingKey) };
  return { service: { url: helper.url, token: helper.token }, routes: helperRoutes, trust };
}

type Other = NonNullable<ReturnType<typeof otherOf>>;

async function hear(
  service: Service,
  routes: Pick<Other["routes"], "heads" | "ledger">,
  agreement: Agreement<ServiceRows>,
): Promise<Pick<Known, "held" | "other">> {
  const heads = headsFrom(await call(service, routes.heads, { body: headsDocument(await agreement.show()) }));
  await agreement.take(heads);
  const held = heads.held === null ? undefined : readHead(heads.held.head);
  return { held, other: await call(service, routes.ledger) };
}

/** With the mark lost too, nobody knows what was spent: whatever may have been. @param mark or the ledger's own end */
function knownAlone(config: Config, mark: HighWater | Mark): Known {
  const now = nodeClock.now();
  const marked = "spent" in mark ? mark : { ...mark, spent: allSpent(config, now, now).spent, counterpart: undefined };
  return { mark: marked, held: undefined, other: { debits: [], releases: [] } };
}

const say = (line: string) => void process.stdout.write(`${line}\n`);
const rhoText = (amount: bigint) => `ρ = ${formatRho(nanoRho(amount))}`;

function tell(role: Role, { before, lost, debits, raised, closed }: Acknowledged): void {
  const other = role === "helper" ? "coordinator" : "helper";
  say(`  this ledger ends at ${markText(before)}`);
  for (const mark of lost) say(`  lost: what led to ${markText(mark)}`);
  for (const { task, rho, epochs } of debits)
    say(`  charged as the ${other} has it: ${rhoText(rho)} of task ${toBase64Url(task)} on ${epochs.join(", ")}`);
  for (const [epoch, amount] of raised) say(`  charged besides: ${rhoText(amount)} on ${epoch}`);
  for (const task of closed) say(`  closed for ever: task ${toBase64Url(task)}`);
}
