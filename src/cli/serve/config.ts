// The services' configuration files. What is secret in them is a token; keys have files of their own.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { refuseShared } from "../../platform/node/private.ts";
import { parseRho } from "../../privacy/accounting/nano-rho.ts";
import { type Purpose, purposeNames } from "../../task/purposes.ts";

const rho = z.string().transform((text) => parseRho(text));
const listen = z.strictObject({ hostname: z.string().default("127.0.0.1"), port: z.int().min(0).max(65_535) });
const token = z.string().min(16);
const common = {
  /** SQLite file; made when it does not exist. */
  database: z.string(),
  /** Key file; made when it does not exist. */
  keys: z.string(),
  listen,
  /** Its public address. */
  url: z.url(),
  /** Threads that verify reports. */
  workers: z.int().min(1).max(64).default(1),
};

const coordinatorSchema = z.strictObject({
  ...common,
  analystToken: token,
  helper: z.strictObject({ url: z.url(), token, signingKey: z.string(), hpke: z.string() }),
  /** ρ an ISO week may cost in all, and a year of them. */
  rhoPerEpoch: rho,
  rhoPerYear: rho,
  minBatchFloor: z.int().min(1),
  /** Whom tasks count: "member" where every app hands its client a secret of the member's account. */
  unit: z.enum(["member", "installation"]).default("installation"),
  uploadHours: z.number().positive().max(2160).default(168),
  jobReports: z.int().min(1).max(1000).default(200),
});

const helperSchema = z.strictObject({
  ...common,
  leaderUrl: z.url(),
  leaderToken: token,
  policy: z.strictObject({
    purposes: z.array(z.enum(purposeNames as [Purpose, ...Purpose[]])),
    metrics: z.array(z.string()),
    training: z.boolean(),
    rhoPerTask: rho,
    rhoPerEpoch: rho,
    rhoPerYear: rho,
    minBatchFloor: z.int().min(1),
    /** Signs only tasks that count these; any, when left out. */
    unit: z.enum(["member", "installation"]).optional(),
  }),
});

export type CoordinatorConfig = z.output<typeof coordinatorSchema>;
export type HelperConfig = z.output<typeof helperSchema>;
export type CoordinatorFile = z.input<typeof coordinatorSchema>;
export type HelperFile = z.input<typeof helperSchema>;

export const readCoordinatorConfig = (file: string): CoordinatorConfig => read(file, coordinatorSchema);
export const readHelperConfig = (file: string): HelperConfig => read(file, helperSchema);

/** @throws PacelineError policy_refused when others can read the file, invalid_data naming the file and the field */
function read<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  refuseShared(file, "tokens");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    fail("not_found", `${file} cannot be read`, { cause, hint: "Give the path of the service's JSON configuration." });
  }
  const parsed = schema.safeParse(parseJson(text, file, "invalid_data"));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail("invalid_data", `${file}: ${issue?.path.join(".") || "the document"}: ${issue?.message ?? "wrong"}`);
}
