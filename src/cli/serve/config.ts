// Reads the services' configuration files, and says everything that is wrong with one.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { fromUtf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { type ServiceRole, serviceRoles } from "../../http/roles.ts";
import { LOOPBACK } from "../../http/server.ts";
import { refuseShared } from "../../platform/node/private.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { TOKENS_MAX } from "../../task/token-limits.ts";
import { withoutComments } from "./comments.ts";
import { faultsOf } from "./faults.ts";
import { unknownMetric } from "./fields.ts";
import { coordinatorSchema, helperSchema } from "./schema.ts";

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

export const filesApart = ({ database, keys }: { database?: string; keys?: string }): false | [string, string] =>
  database !== undefined && database === keys && ["keys", "the database has this name already"];
const markKnown = ({ database, mark }: { database?: string; mark?: string | undefined }): false | [string, string] =>
  database !== undefined &&
  isPostgresUrl(database) &&
  mark === undefined && ["mark", "is needed: the database is no file that it could lie beside"];
const inOrder = (path: string, less?: bigint, more?: bigint): false | [string, string] =>
  less !== undefined && more !== undefined && less > more && [path, "is more than the longer time may cost in all"];

const apart = (operator: string | undefined, ...others: readonly (string | undefined)[]): false | [string, string] =>
  operator !== undefined && others.includes(operator) && ["operatorToken", "others know this token"];
const rolesShared = ({
  database,
  roles,
}: {
  database?: string;
  roles?: readonly ServiceRole[];
}): false | [string, string] =>
  database !== undefined &&
  roles !== undefined &&
  !serviceRoles.every((role) => roles.includes(role)) &&
  !isPostgresUrl(database) && ["roles", "one alone needs a database that several processes have open: PostgreSQL"];

export const metricsUnseen = ({ metrics }: Pick<CoordinatorConfig, "metrics">): false | [string, string] =>
  metrics?.closedNetwork === false &&
  !LOOPBACK.test(metrics.hostname) && [
    "metrics.hostname",
    "is reached from other machines: say `metrics.closedNetwork` where those are the operator's alone",
  ];

const coordinatorTogether: Together<CoordinatorConfig> = (config) => [
  filesApart(config),
  markKnown(config),
  rolesShared(config),
  metricsUnseen(config),
  inOrder("rhoPerTaskLeast", config.rhoPerTaskLeast, config.rhoPerEpoch),
  inOrder("rhoPerEpoch", config.rhoPerEpoch, config.rhoPerYear),
  config.url !== undefined && config.url === config.helper?.url && ["helper.url", "is this coordinator's own address"],
  config.helper === undefined &&
    config.registrar === undefined && [
      "helper",
      "is missing, and so is `registrar`: name a helper, or, to train by masked sums alone, a registrar",
    ],
  config.url !== undefined &&
    config.url === config.registrar?.url && ["registrar.url", "is this coordinator's own address"],
  apart(config.operatorToken, config.analystToken, config.helper?.token),
  config.analystToken !== undefined &&
    config.analystToken === config.helper?.token && ["helper.token", "analysts and the helper know the same token"],
];

const helperTogether: Together<HelperConfig> = (config) => [
  filesApart(config),
  markKnown(config),
  rolesShared(config),
  metricsUnseen(config),
  ...(config.registry === undefined && config.registryKey === undefined ? (config.policy?.metrics ?? []) : []).map(
    (id, i): false | [string, string] => {
      const fault = unknownMetric(id);
      return fault !== undefined && [`policy.metrics.${i}`, fault];
    },
  ),
  apart(config.operatorToken, config.leaderToken),
  config.policy?.approval === "manual" &&
    config.operatorToken === undefined && [
      "operatorToken",
      "is needed: with policy.approval its operator has to be known",
    ],
  config.leaderCertificate !== undefined &&
    config.listen !== undefined &&
    config.listen.tls === undefined && [
      "leaderCertificate",
      "is seen by a service that ends TLS itself: give listen.tls",
    ],
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
  readonly roles?: readonly string[] | undefined;
}

export const readCoordinatorConfig = (path: string, given?: Given): CoordinatorConfig =>
  readChecked(path, coordinatorSchema, coordinatorTogether, given);
export const readHelperConfig = (path: string, given?: Given): HelperConfig =>
  readChecked(path, helperSchema, helperTogether, given);
/** Of whichever role. */
export const readConfig = (role: "coordinator" | "helper", path: string, given?: Given) =>
  role === "coordinator" ? readCoordinatorConfig(path, given) : readHelperConfig(path, given);

/** A configuration with the role that its fields tell. */
export type AnyConfig =
  | { readonly role: "coordinator"; readonly config: CoordinatorConfig }
  | { readonly role: "helper"; readonly config: HelperConfig };

/** Whether its fields are a registrar's, which alone asks about accounts. */
export const isRegistrarFile = (path: string): boolean => hasField(path, "accounts");

/** Whether it is of a plain DAP aggregator. @throws PacelineError as `readChecked` says of the file */
export const isPlainFile = (path: string): boolean => hasField(path, "tasks");

function hasField(path: string, name: string): boolean {
  const json = readJson(path);
  return typeof json === "object" && json !== null && name in json;
}

/** Of the role that its fields tell: a helper has a policy. @throws PacelineError as `readChecked` says */
export function readAnyConfig(path: string): AnyConfig {
  const json = readJson(path);
  return typeof json === "object" && json !== null && "policy" in json
    ? { role: "helper", config: readHelperConfig(path) }
    : { role: "coordinator", config: readCoordinatorConfig(path) };
}

function readJson(path: string): unknown {
  refuseShared(path, "tokens");
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readFileSync(path));
  } catch (cause) {
    fail("not_found", `${path} cannot be read`, { cause, hint: "Give the path of the service's JSON configuration." });
  }
  try {
    return parseJson(withoutComments(fromUtf8(bytes)), path, "invalid_data");
  } catch (error) {
    const why = isPacelineError(error) && error.code === "invalid_data" ? error.message : `${path} is no text in UTF-8`;
    return fail("invalid_data", why, {
      hint: "Look there for a comma, quote or bracket too many or too few. A comment begins with // and has its line to itself.",
    });
  }
}

/** @throws PacelineError policy_refused when others can read the file, invalid_data naming the file and every fault */
export function readChecked<S extends z.ZodObject>(
  path: string,
  schema: S,
  together: Together<z.output<S>>,
  given: Given = {},
): z.output<S> {
  const read = readJson(path);
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const json = said.length === 0 || typeof read !== "object" ? read : { ...read, ...Object.fromEntries(said) };
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
    const object = objectIn(field);
    if (parsed.success) right[name] = parsed.data;
    else if (object !== undefined && given !== undefined) right[name] = rightFields(object, given);
  }
  return right;
}

function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const name of path) at = objectIn(at)?.shape[String(name)];
  return Object.keys(objectIn(at)?.shape ?? {});
}

/** Also of a field that may be left out. */
function objectIn(field: unknown): z.ZodObject | undefined {
  if (field instanceof z.ZodOptional || field instanceof z.ZodPrefault) return objectIn(field.unwrap());
  return field instanceof z.ZodObject ? field : undefined;
}
