// The services' configuration files. What is secret in them is a token; keys have files of their own. The comments of the
// fields are docs/configuration.md (`npm run configuration`).
import { readFileSync } from "node:fs";
import * as z from "zod";
import { defaultQuota } from "../../aggregate/quota.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { refuseShared } from "../../platform/node/private.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { type Purpose, purposeNames } from "../../task/purposes.ts";
import { TOKENS_MAX } from "../../task/token-limits.ts";
import { faultsOf } from "./faults.ts";
import {
  address,
  database,
  file,
  hpkeConfig,
  issuerKeyText,
  issuerName,
  publicKey,
  rho,
  token,
  unknownMetric,
} from "./fields.ts";

const tlsPair = z.strictObject({
  /** PEM file: the certificate, and those between it and a root. Read again every hour. */
  certificate: file,
  /** PEM file of its key. */
  key: file,
});
export const listen = z.strictObject({
  /** Address of the network interface. One that other machines reach needs `listen.tls`, or `listen.behindProxy`. */
  hostname: z.string().min(1).max(253).default("127.0.0.1"),
  /** 0: any that is free; the line that says "ready" names it. */
  port: z.int().min(0).max(65_535),
  /** Where the service ends TLS itself. */
  tls: tlsPair.optional(),
  /** A proxy on another machine of a closed network ends TLS, and nobody else reaches this address. */
  behindProxy: z.boolean().default(false),
});
const minBatchFloor = z.int().min(1).max(1_000_000_000);
/** What both services ask of a task, each by itself. privacy-model.md defends the defaults. */
const perTask = {
  /** ρ a task costs at least, as a decimal. */
  rhoPerTaskLeast: rho.prefault("0.0001"),
  /** ρ an ISO week may cost in all, in this service's own books. */
  rhoPerEpoch: rho.prefault("0.5"),
  /** ρ a year of weeks may cost in all. */
  rhoPerYear: rho.prefault("1"),
  /** The smallest batch a question may ask for, empty reports included. */
  minBatchFloor,
  /** Tasks that take reports at one time. */
  openTasksMax: z.int().min(1).max(10_000).default(64),
  /** Bytes of one manifest: every phone reads it. */
  manifestBytesMax: z
    .int()
    .min(4096)
    .max(512 * 1024)
    .default(128 * 1024),
  /** Days after the end of a window for which it may still be asked about. */
  windowAgeDaysMax: z.int().min(1).max(200_000).default(60),
};
const tokens = z.strictObject({
  /** The issuer's name, as its tokens are bound to it. */
  issuer: issuerName,
  /** Its public key, base64url, as the issuer prints it. */
  key: issuerKeyText,
  /** ρ that one token is worth, as a decimal. A report carries at most 200. */
  rhoPerToken: rho.prefault("0.005"),
});
const common = {
  /** SQLite file, made when it does not exist; or the URL of a PostgreSQL database that its user owns (docs/databases.md). */
  database,
  /** How far the ledger had come: a small file apart from the database, best on another disk. Default: beside it; needed with PostgreSQL. */
  mark: file.optional(),
  /** Key file; made with the database, and only then. */
  keys: file,
  /** File of the keys that shares and answers are sealed with in the database; made with it. Default: beside `keys`, as `….sealing`. */
  sealing: file.optional(),
  /** Where it listens, behind whatever ends TLS. */
  listen,
  /** Its public address: https, or http on this machine. */
  url: address,
  /** Registry file (docs/metrics.md): metrics, attributes and formulas beside the built-in ones. */
  registry: file.optional(),
  /** Where an issuer of tokens runs: every report spends some, whose worth is the member's budget; both services and apps agree. */
  tokens: tokens.optional(),
  /** Reports are refused when the database holds more bytes. */
  databaseBytesMax: z
    .int()
    .min(2 ** 20)
    .default(defaultQuota.bytes),
  /** Days after its close that an uncollected task keeps its shares; then they are deleted. */
  keepUncollectedDays: z.number().min(3).max(366).default(30),
  /** Threads that verify reports. */
  workers: z.int().min(1).max(64).default(1),
};

export const coordinatorSchema = z.strictObject({
  ...common,
  /** What analysts send as a bearer token. */
  analystToken: token,
  /** The other organisation's service. */
  helper: z.strictObject({
    /** Its public address. */
    url: address,
    /** The helper's `leaderToken`. */
    token,
    /** `signingKey` of what `paceline keys` prints there: Ed25519, base64url. */
    signingKey: publicKey,
    /** `hpke` of what `paceline keys` prints there. */
    hpke: hpkeConfig,
  }),
  ...perTask,
  /** Whom tasks count: "member" where every app hands its client a secret of the member's account. */
  unit: z.enum(["member", "installation"]).default("installation"),
  /** How long devices may answer. */
  uploadHours: z
    .number()
    .min(1 / 60)
    .max(2160)
    .default(168),
  /** Minutes without a report after which a batch that is large enough counts as complete; else when its time is over. */
  completeAfterMinutes: z
    .number()
    .min(1 / 60)
    .max(129_600)
    .optional(),
  /** Reports that are verified with one request to the helper. */
  jobReports: z.int().min(1).max(1000).default(200),
  /** Reports of one task that are taken, whoever sends them. */
  uploads: z
    .strictObject({
      /** In the long run; more waits on its devices. */
      perSecond: z.number().min(0.01).max(1e6).default(defaultQuota.perSecond),
      /** At once. */
      burst: z.int().min(100).max(1e9).default(defaultQuota.burst),
      /** In all, counted or refused. */
      perTask: z.int().min(100).max(1e9).default(defaultQuota.perTask),
    })
    .prefault({}),
});

export const helperSchema = z.strictObject({
  ...common,
  /** The coordinator's public address. */
  leaderUrl: address,
  /** What the coordinator sends as a bearer token. */
  leaderToken: token,
  /** Ed25519: definitions signed with it are taken too, whatever `registry` holds. */
  registryKey: publicKey.optional(),
  /** What it signs, whatever the coordinator says. */
  policy: z.strictObject({
    /** Purposes of questions. */
    purposes: z.array(z.enum(purposeNames as [Purpose, ...Purpose[]])).min(1),
    /** Metrics that may be asked about; docs/metrics.md has them. */
    metrics: z.array(z.string().min(1).max(100)).min(1),
    /** Whether models may be trained. */
    training: z.boolean(),
    ...perTask,
    /** ρ one task may cost, as a decimal. */
    rhoPerTask: rho.prefault("0.25"),
    /** Groups that one task may ask for. */
    groupsMax: z.int().min(1).max(64).default(24),
    /** Numbers in all that one task may ask for. */
    cellsMax: z.int().min(1).max(16_384).default(1024),
    /** New tasks within 24 hours. */
    tasksPerDay: z.int().min(1).max(10_000).default(24),
    /** Signs only tasks that count these; any, when left out. */
    unit: z.enum(["member", "installation"]).optional(),
  }),
});

export type CoordinatorConfig = z.output<typeof coordinatorSchema>;
export type HelperConfig = z.output<typeof helperSchema>;
export type CoordinatorFile = z.input<typeof coordinatorSchema>;
export type HelperFile = z.input<typeof helperSchema>;

export const markPath = ({
  mark,
  database,
}: {
  readonly mark?: string | undefined;
  readonly database: string;
}): string => mark ?? `${database}.mark`;

/** Rules between fields: [the field to change, what is wrong]. Each looks only at fields that are right by themselves. */
export type Together<Config> = (config: Partial<Config>) => readonly (false | [string, string])[];

const filesApart = ({ database, keys }: { database?: string; keys?: string }): false | [string, string] =>
  database !== undefined && database === keys && ["keys", "the database has this name already"];
const markKnown = ({ database, mark }: { database?: string; mark?: string | undefined }): false | [string, string] =>
  database !== undefined &&
  isPostgresUrl(database) &&
  mark === undefined && ["mark", "is needed: the database is no file that it could lie beside"];
const inOrder = (path: string, less?: bigint, more?: bigint): false | [string, string] =>
  less !== undefined && more !== undefined && less > more && [path, "is more than the longer time may cost in all"];

const coordinatorTogether: Together<CoordinatorConfig> = (config) => [
  filesApart(config),
  markKnown(config),
  inOrder("rhoPerTaskLeast", config.rhoPerTaskLeast, config.rhoPerEpoch),
  inOrder("rhoPerEpoch", config.rhoPerEpoch, config.rhoPerYear),
  config.url !== undefined && config.url === config.helper?.url && ["helper.url", "is this coordinator's own address"],
  config.analystToken !== undefined &&
    config.analystToken === config.helper?.token && ["helper.token", "analysts and the helper know the same token"],
];

const helperTogether: Together<HelperConfig> = (config) => [
  filesApart(config),
  markKnown(config),
  ...(config.registry === undefined && config.registryKey === undefined ? (config.policy?.metrics ?? []) : []).map(
    (id, i): false | [string, string] => {
      const fault = unknownMetric(id);
      return fault !== undefined && [`policy.metrics.${i}`, fault];
    },
  ),
  inOrder("policy.rhoPerTaskLeast", config.policy?.rhoPerTaskLeast, config.policy?.rhoPerTask),
  config.tokens !== undefined &&
    config.policy !== undefined &&
    config.policy.rhoPerTask > config.tokens.rhoPerToken * BigInt(TOKENS_MAX) && [
      "tokens.rhoPerToken",
      `is too little: a report carries ${TOKENS_MAX} tokens, which would not pay policy.rhoPerTask`,
    ],
  inOrder("policy.rhoPerTask", config.policy?.rhoPerTask, config.policy?.rhoPerEpoch),
  inOrder("policy.rhoPerEpoch", config.policy?.rhoPerEpoch, config.policy?.rhoPerYear),
  config.url !== undefined && config.url === config.leaderUrl && ["leaderUrl", "is this helper's own address"],
];

/** What the command line says in place of the file. */
export interface Given {
  readonly database?: string | undefined;
}

export const readCoordinatorConfig = (path: string, given?: Given): CoordinatorConfig =>
  readChecked(path, coordinatorSchema, coordinatorTogether, given);
export const readHelperConfig = (path: string, given?: Given): HelperConfig =>
  readChecked(path, helperSchema, helperTogether, given);
/** Of whichever role. */
export const readConfig = (role: "coordinator" | "helper", path: string, given?: Given) =>
  role === "coordinator" ? readCoordinatorConfig(path, given) : readHelperConfig(path, given);

/** @throws PacelineError policy_refused when others can read the file, invalid_data naming the file and every fault */
export function readChecked<S extends z.ZodObject>(
  path: string,
  schema: S,
  together: Together<z.output<S>>,
  { database }: Given = {},
): z.output<S> {
  refuseShared(path, "tokens");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    fail("not_found", `${path} cannot be read`, { cause, hint: "Give the path of the service's JSON configuration." });
  }
  const read = parseJson(text, path, "invalid_data");
  const json = database === undefined || typeof read !== "object" ? read : { ...read, database };
  const parsed = schema.safeParse(json, { reportInput: true });
  const right = parsed.success ? parsed.data : rightFields(schema, json);
  const faults = [
    ...faultsOf(parsed.error?.issues ?? [], (at) => fieldsAt(schema, at)),
    ...together(right as Partial<z.output<S>>).flatMap((fault) => (fault ? [`${fault[0]}: ${fault[1]}`] : [])),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  return fail("invalid_data", [`${path} cannot be used:`, ...faults].join("\n  "), {
    hint: "Every fault found is listed; docs/configuration.md describes the fields.",
  });
}

/** The fields of a document with faults that have none. */
function rightFields(schema: z.ZodObject, json: unknown): Record<string, unknown> {
  const right: Record<string, unknown> = {};
  if (typeof json !== "object" || json === null) return right;
  for (const [name, field] of Object.entries(schema.shape)) {
    const given = (json as Record<string, unknown>)[name];
    const parsed = (field as z.ZodType).safeParse(given);
    if (parsed.success) right[name] = parsed.data;
    else if (field instanceof z.ZodObject) right[name] = rightFields(field, given);
  }
  return right;
}

function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const name of path) at = at instanceof z.ZodObject ? at.shape[String(name)] : undefined;
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
