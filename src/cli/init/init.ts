// paceline init: everything one party needs before its first start, in a folder: a configuration with every field explained,
// fresh keys, fresh tokens, and what the other party, the analysts and the apps get.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { serviceUrlFault } from "../../base/service-url.ts";
import { createFile } from "../../platform/node/files.ts";
import { nodeEntropy } from "../../platform/node/index.ts";
import { privateMode } from "../../platform/node/private.ts";
import { invocation } from "../invocation.ts";
import { type CoordinatorFile, type HelperFile, readCoordinatorConfig, readHelperConfig } from "../serve/config.ts";
import { unknownMetric } from "../serve/fields.ts";
import { publicKeys } from "../serve/keys.ts";
import { coordinatorSchema, helperSchema } from "../serve/schema.ts";
import { commented, type FieldSchema } from "./commented.ts";
import { invitationText, readInvitation } from "./invitation.ts";

export interface InitOptions {
  readonly url: string;
  readonly folder: string;
  readonly minBatch: string;
  readonly port?: string;
  readonly certificate?: string;
  readonly certificateKey?: string;
  readonly behindProxy?: boolean;
  readonly json?: boolean;
}
export interface InitHelperOptions extends InitOptions {
  readonly coordinator: string;
  readonly metrics: string;
}
export interface InitCoordinatorOptions extends InitOptions {
  /** Files that the others' operators handed over. */
  readonly helper?: string;
  readonly registrar?: string;
}

/** A file that was made, and what to do with it. */
interface Made {
  readonly path: string;
  readonly what: string;
}

const TOKEN_BYTES = 32;
const PORT = 8443;
const newToken = () => toBase64Url(nodeEntropy.bytes(TOKEN_BYTES));

/** @throws PacelineError invalid_argument, conflict when a file is there already: nothing is overwritten */
export function initHelper(options: InitHelperOptions): void {
  checkAddress("--url", options.url);
  checkAddress("--coordinator", options.coordinator);
  if (options.url === options.coordinator) fail("invalid_argument", "--url and --coordinator are one address");
  const metrics = metricsOf(options);
  const listen = listenOf(options);
  const minBatchFloor = minBatchOf(options);
  const file = filesIn(options.folder, ["helper.json", "helper.keys", "helper.sqlite", "for-coordinator.json"]);
  const keys = publicKeys(file("helper.keys"));
  const token = newToken();
  const config: HelperFile = {
    database: file("helper.sqlite"),
    keys: file("helper.keys"),
    listen,
    url: options.url,
    leaderUrl: options.coordinator,
    leaderToken: token,
    operatorToken: newToken(),
    policy: {
      purposes: ["service-improvement"],
      metrics,
      training: false,
      minBatchFloor,
    },
  };
  write(file("for-coordinator.json"), invitationText("helper", { url: options.url, token, ...keys }));
  writeConfig("helper", file("helper.json"), helperSchema, config, readHelperConfig);
  tell(options, "helper", keys.signingKey, [
    { path: file("helper.json"), what: "the configuration, every field explained: its policy is yours to decide" },
    { path: file("helper.keys"), what: "its keys: keep a copy elsewhere, apps have them pinned" },
    {
      path: file("for-coordinator.json"),
      what: "hand it to the coordinator's operator, on a way that nobody else reads: it holds a token",
    },
  ]);
}

/** @throws PacelineError as initHelper does, and what readInvitation says */
export function initCoordinator(options: InitCoordinatorOptions): void {
  checkAddress("--url", options.url);
  const { helper, registrar } = invited(options);
  const listen = listenOf(options);
  const minBatchFloor = minBatchOf(options);
  const file = filesIn(options.folder, [
    ...["coordinator.json", "coordinator.keys", "coordinator.sqlite"],
    ...["analyst.token", "pinned.json"],
  ]);
  const { signingKey } = publicKeys(file("coordinator.keys"));
  const analystToken = newToken();
  const config: CoordinatorFile = {
    database: file("coordinator.sqlite"),
    keys: file("coordinator.keys"),
    listen,
    url: options.url,
    analystToken,
    operatorToken: newToken(),
    ...(registrar && { registrar }),
    ...(helper && { helper }),
    minBatchFloor,
  };
  const pinned = {
    coordinator: { url: options.url, registerKey: signingKey },
    ...(helper && { helper: { url: helper.url, signingKey: helper.signingKey } }),
    ...(registrar && { registrar }),
  };
  write(file("analyst.token"), analystToken);
  write(file("pinned.json"), `${JSON.stringify(pinned, null, 2)}\n`);
  writeConfig("coordinator", file("coordinator.json"), coordinatorSchema, config, readCoordinatorConfig);
  tell(options, "coordinator", signingKey, [
    { path: file("coordinator.json"), what: "the configuration, every field explained" },
    { path: file("coordinator.keys"), what: "its keys: keep a copy elsewhere, apps have them pinned" },
    {
      path: file("analyst.token"),
      what: `for analysts: ${invocation().paceline} login ${options.url} --token-stdin < FILE`,
    },
    {
      path: file("pinned.json"),
      what: `for apps${registrar ? ", and for the registrar's operator" : ""}: addresses and keys, nothing secret`,
    },
  ]);
}

/** Whom the coordinator works with. @throws PacelineError invalid_argument for nobody, and for itself */
function invited({ url, helper: ofHelper, registrar: ofRegistrar }: InitCoordinatorOptions) {
  if (ofHelper === undefined && ofRegistrar === undefined)
    fail("invalid_argument", "say whom the coordinator works with: --helper, --registrar, or both", {
      hint: "With a helper it answers questions and trains; with a registrar alone it trains by masked sums, and nothing else.",
    });
  const helper = ofHelper === undefined ? undefined : readInvitation("helper", ofHelper);
  const registrar = ofRegistrar === undefined ? undefined : readInvitation("registrar", ofRegistrar);
  if (url === helper?.url) fail("invalid_argument", "--url is the helper's own address");
  if (url === registrar?.url) fail("invalid_argument", "--url is the registrar's own address");
  return { helper, registrar };
}

export function checkAddress(option: string, url: string): void {
  const fault = serviceUrlFault(url, URL);
  if (fault !== undefined) fail("invalid_argument", `${option} is "${url}": it ${fault}`);
}

function metricsOf({ metrics }: InitHelperOptions): string[] {
  const ids = metrics.split(",").map((id) => id.trim());
  for (const id of ids) {
    const fault = unknownMetric(id);
    if (fault !== undefined)
      fail("invalid_argument", `--metrics names "${id}": ${fault}`, {
        hint: "`paceline metrics --built-in` lists them; an operator's own are written into the configuration, beside `registry`.",
      });
  }
  return ids;
}

function minBatchOf({ minBatch }: InitOptions): number {
  return /^[1-9]\d{0,8}$/.test(minBatch)
    ? Number(minBatch)
    : fail("invalid_argument", `--min-batch is "${minBatch}", not a whole number from 1 on`);
}

/** Behind a proxy of this machine; or with a certificate of its own, to everyone; or where an address of this machine says. */
export function listenOf({
  url,
  port,
  certificate,
  certificateKey,
  behindProxy,
}: Omit<InitOptions, "minBatch">): CoordinatorFile["listen"] {
  if ((certificate === undefined) !== (certificateKey === undefined))
    fail("invalid_argument", "--certificate and --certificate-key belong together");
  const { protocol, port: named } = new URL(url);
  const wanted = port ?? (protocol === "http:" ? named || "80" : String(PORT));
  if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 65_535)
    fail("invalid_argument", `--port is "${wanted}", not a port from 0 to 65535`);
  if (certificate !== undefined && protocol === "http:")
    fail("invalid_argument", `--url is ${url}, and a service with a certificate is reached by https`);
  const own = { port: Number(wanted) };
  if (behindProxy === true) {
    if (certificate !== undefined) fail("invalid_argument", "--behind-proxy says that a proxy has the certificate");
    return { ...own, hostname: "0.0.0.0", behindProxy };
  }
  return certificate === undefined || certificateKey === undefined
    ? own
    : { ...own, hostname: "0.0.0.0", tls: { certificate, key: certificateKey } };
}

/** Paths of the files to be made. @throws PacelineError conflict when one is there */
export function filesIn(folder: string, names: readonly string[]): (name: string) => string {
  const there = names.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (there.length > 0)
    fail("conflict", `${there.join(", ")} ${there.length === 1 ? "is" : "are"} there already`, {
      hint: "Name another --folder. Nothing is overwritten: keys that apps have pinned cannot be made again.",
    });
  mkdirSync(folder, { recursive: true, mode: privateMode | 0o100 });
  return (name) => join(folder, name);
}

export function write(path: string, text: string): void {
  if (!createFile(path, utf8(text))) fail("conflict", `${path} was made by somebody else in this moment`);
}

/** The last file to be made, and read back as the service will read it. */
export function writeConfig(
  role: string,
  path: string,
  schema: z.ZodType,
  values: object,
  read: (path: string) => unknown,
): void {
  const head = [
    `// The configuration of a Paceline ${role}; docs/configuration.md of the package is its reference. A line that begins with`,
    "// two slashes is a comment: take them away where a field is to be set. What is commented out shows what holds without it,",
    "// or … where nothing does. The file holds tokens: nobody but its owner may read it.",
  ];
  const json = z.toJSONSchema(schema, { io: "input" }) as FieldSchema;
  write(path, `${head.join("\n")}\n${commented(json, values as Record<string, unknown>)}`);
  read(path);
}

export function tell(
  { json }: Pick<InitOptions, "json">,
  role: string,
  signingKey: string,
  made: readonly Made[],
): void {
  const start = `${invocation().paceline} serve ${role} --config ${made[0]?.path}`;
  if (json) {
    process.stdout.write(`${JSON.stringify({ role, signingKey, made, start }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...made.map(({ path }) => path.length));
  for (const { path, what } of made) process.stdout.write(`${path.padEnd(width)}  ${what}\n`);
  process.stdout.write(`\nRead the configuration, then start it:\n  ${start}\n`);
}
