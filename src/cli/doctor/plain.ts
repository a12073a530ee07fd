// A plain DAP aggregator, seen from its own machine: its files, its keys, its service at the address that its tasks name, whether that
// service has these tasks, and the other aggregators, whosever they are. DAP has nothing that would tell another's version.
import { existsSync } from "node:fs";
import { fail } from "../../base/errors.ts";
import { openPlainTask } from "../../plain/task.ts";
import { nodeClock, nodeTransport, openKeyring } from "../../platform/node/index.ts";
import type { Transport, TransportResponse } from "../../ports/transport.ts";
import { HpkeConfigList, usableConfig } from "../../protocol/dap/hpke-config.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { markPath } from "../serve/config.ts";
import { sealingPath } from "../serve/database.ts";
import { clientTls, ownTls } from "../serve/listening.ts";
import { type PlainConfig, plainTaskOf, readPlainConfig } from "../serve/plain-config.ts";
import { certificate, databaseFile, notYet, privateFile, room } from "./files.ts";
import { type Finding, finding, ok, unasked } from "./finding.ts";
import { clock, get, servesKeys, serviceFindings } from "./pair.ts";
import { type AskedTask, ownTask, peersTask, tasksKnown } from "./plain-tasks.ts";

const roles = ["leader", "helper"] as const;

/** @throws PacelineError as reading the configuration does */
export async function plainFindings(path: string, timeoutMs: number): Promise<readonly Finding[]> {
  const config = readPlainConfig(path);
  const own = nodeTransport({ timeoutMs, tls: ownTls(config) });
  // As the leader itself calls its helpers.
  const other = nodeTransport({ timeoutMs, tls: clientTls(config) });
  try {
    const findings = [await finding("tasks", () => tasks(config)), ...(await fileFindings(config))];
    for (const role of roles) findings.push(...(await ofRole(role, config, own, other)));
    return findings;
  } finally {
    own.close();
    other.close();
  }
}

/** As the start reads them. */
function tasks({ tasks: given }: PlainConfig) {
  const names = given.map((one) => openPlainTask(plainTaskOf(one)).name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fail("invalid_data", `the task ${twice} is there twice`);
  const counted = roles.map((role) => `${given.filter((one) => one.role === role).length} as ${role}`);
  return ok(`${counted.join(", ")}; their sums carry no noise, and whoever collects them learns them exactly`);
}

async function fileFindings(config: PlainConfig): Promise<readonly Finding[]> {
  const { database, keys, oldKeys, listen } = config;
  const onServer = isPostgresUrl(database);
  const started = onServer ? existsSync(markPath(config)) : existsSync(database);
  const hosts = new Set(
    roles.flatMap((role) => [...tasksByUrl(role, config).keys()]).map((url) => new URL(url).hostname),
  );
  const findings = [
    await finding("key files", () => keyFiles([keys, ...oldKeys], started)),
    await privateFile(sealingPath(config), "sealing keys", started),
    await privateFile(markPath(config), "mark of what was collected", started),
    await databaseFile(database, started),
    await finding("room on the disk", () => room(onServer ? markPath(config) : database)),
  ];
  const { tls } = listen;
  if (tls !== undefined) for (const host of hosts) findings.push(await certificate(tls, host));
  return findings;
}

function keyFiles(paths: readonly string[], started: boolean) {
  const [present = "", ...old] = paths;
  if (!existsSync(present) && !started) {
    for (const path of old) openKeyring(path, "refuse");
    return notYet(present);
  }
  const ids = paths.map((path) => openKeyring(path, "refuse").hpke.id);
  if (new Set(ids).size < ids.length) fail("invalid_data", "two of them have receiving keys of one number");
  return ok(paths.join(", "));
}

/** @returns the tasks of a role, by the address that they give to this service */
function tasksByUrl(
  role: AskedTask["role"],
  { tasks: all }: Pick<PlainConfig, "tasks">,
): ReadonlyMap<string, readonly AskedTask[]> {
  const given = all.filter((one) => one.role === role);
  return Map.groupBy(given, ({ leaderUrl, helperUrl }) => (role === "leader" ? leaderUrl : helperUrl));
}

async function ofRole(
  role: AskedTask["role"],
  config: PlainConfig,
  own: Transport,
  other: Transport,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [url, asked] of tasksByUrl(role, config)) {
    const service = await serviceFindings(`this ${role}`, url, own, false);
    findings.push(...service);
    if (service[0]?.state === "missing") continue;
    const keys = await finding(`keys of this ${role}`, async () => {
      const paths = [config.keys, ...config.oldKeys];
      for (const one of paths) await servesKeys(url, one, own);
      return ok(`${url} has those of ${paths.join(", ")}`);
    });
    findings.push(
      keys,
      await finding(`tasks of this ${role}`, () =>
        keys.state === "ok"
          ? tasksKnown(asked, (task) => ownTask(own, url, task), "the running service")
          : unasked("optional"),
      ),
    );
  }
  const peer = role === "leader" ? "helper" : "leader";
  const peers = Map.groupBy(
    config.tasks.filter((one) => one.role === role),
    ({ leaderUrl, helperUrl }) => (role === "leader" ? helperUrl : leaderUrl),
  );
  for (const [url, asked] of peers) {
    const found = await peerFindings(`the ${peer}`, url, other);
    findings.push(...found);
    // A collector's token is the leader's own matter, and nobody else shows one to a leader.
    if (role === "leader" && found[0]?.state === "ok")
      findings.push(
        await finding("agreement of both", () =>
          tasksKnown(asked, (task) => peersTask(other, url, task), `the helper at ${url}`),
        ),
      );
  }
  return findings;
}

/** Of whoever's aggregator: what DAP has everyone serve. */
async function peerFindings(name: string, url: string, transport: Transport): Promise<readonly Finding[]> {
  let answer: TransportResponse;
  const sent = nodeClock.now();
  try {
    answer = await get(transport, `${url}/hpke_config`);
  } catch (error) {
    return [{ what: name, state: "missing", detail: `${(error as Error).message}; its clock is not known` }];
  }
  const between = (sent + nodeClock.now()) / 2;
  return [
    await finding(name, () => {
      if (answer.status !== 200) fail("unavailable", `${url}/hpke_config answers with status ${answer.status}`);
      usableConfig(HpkeConfigList.decode(answer.body));
      return ok(`${url} answers, with a receiving key that reports can be sealed to`);
    }),
    await finding(`clock of ${name}`, () => clock(answer, between)),
  ];
}
