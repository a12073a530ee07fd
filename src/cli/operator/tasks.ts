// paceline task: what a running service works on, and what its operator decides of it. Talks to the service with the token of its
// configuration, so that it works while the service runs, and on any of its replicas.
import { call, type Service } from "../../api/call.ts";
import type { OperatorTask, WholeOperatorTask } from "../../api/operator.ts";
import { coordinatorRoutes, helperRoutes } from "../../api/routes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { nodeTransport } from "../../platform/node/index.ts";
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import { epsilonOf } from "../../privacy/accounting/zcdp.ts";
import { moment, table } from "../analyst/table.ts";
import { type CoordinatorConfig, type HelperConfig, readConfig } from "../serve/config.ts";
import { ownTls } from "../serve/listening.ts";

export type ServedRole = "coordinator" | "helper";

export interface TaskOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly refuse?: boolean;
  readonly reason?: string;
}

interface Session {
  readonly service: Service;
  readonly config: CoordinatorConfig | HelperConfig;
}

/** @throws PacelineError misconfigured without an operator's token, unavailable when the service does not run */
async function withService<R>(role: ServedRole, file: string, work: (session: Session) => Promise<R>): Promise<R> {
  const config = readConfig(role, file);
  const { operatorToken: token, url } = config;
  if (token === undefined)
    return fail("misconfigured", `${file} has no operatorToken, so the service lets no operator in`, {
      hint: "Add one of at least 16 characters that nobody else knows, and start the service anew.",
    });
  const transport = nodeTransport({ tls: ownTls(config) });
  try {
    return await work({ service: { transport, url, token }, config });
  } finally {
    transport.close();
  }
}

const write = (json: boolean | undefined, document: unknown, text: string) =>
  void process.stdout.write(json === true ? `${JSON.stringify(document, null, 2)}\n` : text);

export async function taskListCommand(role: ServedRole, { config, json }: TaskOptions): Promise<void> {
  const { tasks } = await withService(role, config, ({ service }) => call(service, coordinatorRoutes.operatorTasks));
  write(json, { tasks }, tasks.length === 0 ? "No task was ever asked.\n" : listText(tasks));
}

/** @param given a task's id, or an unambiguous beginning */
export async function taskShowCommand(role: ServedRole, given: string, { config, json }: TaskOptions): Promise<void> {
  const shown = await withService(role, config, async ({ service }) => {
    const task = await idOf(service, given);
    return await call(service, coordinatorRoutes.operatorTask, { parameters: { task } });
  });
  write(json, shown, showText(shown));
}

export async function taskApproveCommand(given: string, options: TaskOptions): Promise<void> {
  const { config, json, refuse = false, reason = null } = options;
  const decided = await withService("helper", config, async ({ service }) => {
    const task = await idOf(service, given, (one) => ["waiting", "approved", "refused"].includes(one.state));
    return await call(service, helperRoutes.decide, { parameters: { task }, body: { approve: !refuse, reason } });
  });
  const outcome = refuse
    ? "Refused. Who asks for it again hears so."
    : "Approved, for one task within seven days. It is signed when the coordinator asks for it again.";
  write(json, decided, `${showText(decided)}\n${outcome}\n`);
}

/** At the coordinator, which tells the helper; from the helper's side, at both. */
export async function taskCloseCommand(role: ServedRole, given: string, { config, json }: TaskOptions): Promise<void> {
  const { task, closes } = await withService(role, config, async ({ service, config: own }) => {
    const task = await idOf(service, given, (one) => one.state !== "waiting");
    const parameters = { task };
    const { closes } = await call(service, coordinatorRoutes.close, { parameters });
    if ("leaderUrl" in own) await tellLeader(own, service, task);
    return { task, closes };
  });
  const text = `Devices may send no more of ${task} since ${moment(closes)} UTC, at either party. What it cost stays spent.
Where enough devices have answered a task, an analyst can collect it now; a masked round ends without a sum.
`;
  write(json, { task, closes }, text);
}

export async function taskRetryCommand(role: ServedRole, given: string, { config, json }: TaskOptions): Promise<void> {
  const { task, jobs } = await withService(role, config, async ({ service }) => {
    const task = await idOf(service, given, (one) => one.state !== "waiting");
    return { task, ...(await call(service, coordinatorRoutes.retry, { parameters: { task } })) };
  });
  const text = jobs === 0 ? `No job of ${task} is parked.\n` : `${jobs} jobs of ${task} are tried again now.\n`;
  write(json, { task, jobs }, text);
}

/** The leader takes the reports: without it, this helper alone verifies none that come later. */
async function tellLeader(
  { leaderUrl, leaderToken }: HelperConfig,
  { transport }: Service,
  task: string,
): Promise<void> {
  try {
    await call({ transport, url: leaderUrl, token: leaderToken }, coordinatorRoutes.end, { parameters: { task } });
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    fail(error.code, `closed here, and the coordinator was not told: ${error.message}`, {
      hint: "Close it again once the coordinator answers: until then it takes reports, which are verified here for two days.",
    });
  }
}

const ID = /^[A-Za-z0-9_-]{43}$/;

/** @throws PacelineError not_found, invalid_argument for the beginning of several */
async function idOf(service: Service, given: string, fits = (_: OperatorTask) => true): Promise<string> {
  if (ID.test(given)) return given;
  const { tasks } = await call(service, coordinatorRoutes.operatorTasks);
  const found = tasks.filter((one) => one.id.startsWith(given) && fits(one));
  const [first] = found;
  if (first === undefined || given === "")
    return fail("not_found", `there is no task whose id begins with "${given}"`, {
      hint: "`paceline task list` shows the newest hundred; an older one needs its whole id.",
    });
  if (found.length > 1)
    fail("invalid_argument", `${found.length} tasks have ids that begin with "${given}": give more of it`);
  return first.id;
}

const rhoOf = (rho: string) => formatRho(nanoRho(BigInt(rho)));

function listText(tasks: readonly OperatorTask[]): string {
  const rows = tasks.map((one) => [
    one.id.slice(0, 8),
    one.state,
    one.closes === null ? "" : moment(one.closes),
    rhoOf(one.rho),
    one.parked.length === 0 ? one.title : `${one.title} (jobs are parked: paceline task show)`,
  ]);
  return `${table([["task", "state", "closes (UTC)", "ρ", "question"], ...rows])}\n`;
}

/** What it asks of members, in words. */
function showText(one: WholeOperatorTask): string {
  const { rho, reports, window, closes } = one;
  const rows: (readonly [string, string])[] = [
    ["task", one.id],
    ["state", one.state],
    ["question", one.title],
    ["notice", one.notice],
    ["purpose", one.purpose],
    ["reads", one.metrics.join(", ")],
    ["of the days", `${window.start} to ${window.end}`],
    [
      "releases",
      `${one.numbers} ${one.numbers === 1 ? "number" : "numbers"}, of at least ${one.minCohort} reports, one ${one.unit} each`,
    ],
    [
      "costs",
      `ρ = ${rhoOf(rho)} of every week and year it touches: ε = ${epsilonOf(nanoRho(BigInt(rho)), 1e-6).toFixed(2)} at δ = 10⁻⁶`,
    ],
    [
      "closes",
      closes === null ? "when its time for reports is over, counted from when it is signed" : `${moment(closes)} UTC`,
    ],
  ];
  if (reports !== null)
    rows.push([
      "reports",
      `${reports.accepted} accepted, ${reports.rejected} rejected or withdrawn, ${reports.pending + reports.aggregating} to verify`,
    ]);
  for (const { code, jobs } of one.parked)
    rows.push([
      "parked",
      `${jobs} ${jobs === 1 ? "job" : "jobs"} that failed too often [${code}]: see the log, then paceline task retry`,
    ]);
  if (one.decided !== null)
    rows.push(["decided", `${moment(one.decided)} UTC${one.reason === null ? "" : `: ${one.reason}`}`]);
  return `${table(rows, "")}\n`;
}
