// The configuration of a registrar, who says who is in a masked round. docs/configuration.md has every field.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { fromBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { defaultFloors } from "../../protocol/secagg/terms.ts";
import { filesApart, type Given, metricsUnseen, readChecked, type Together } from "./config.ts";
import { address, database, file, publicKey, token } from "./fields.ts";
import { coordinatorSchema } from "./schema.ts";

/** What is told as for the services. */
const { listen, url, metrics, log, stopSeconds, sealing } = coordinatorSchema.shape;

const count = (least: number) => z.int().min(least).max(10_000);

export const registrarSchema = z.strictObject({
  database: database.describe(
    "SQLite file, made when it does not exist; or the URL of a PostgreSQL database that its user owns. Its own, and nobody else's.",
  ),
  keys: file.describe("Key file; `paceline keys --registrar` prints its public half, which coordinator and apps have."),
  sealing,
  listen,
  url,
  coordinators: z
    .array(file)
    .min(1)
    .max(64)
    .describe("Files that coordinators' operators hand over (`pinned.json`): whose rounds it takes members for."),
  accounts: z
    .strictObject({
      url: address.describe(
        "Where the app's own server says whose a session is (RFC 7662): what a device shows as a bearer token is sent there.",
      ),
      token: token.optional().describe("What this registrar shows there, as a bearer token."),
      authorities: file
        .optional()
        .describe("PEM file of the authorities that its certificate is checked against, in place of the system's."),
    })
    .describe("How it knows the app's accounts: each gets one place in a round."),
  floors: z
    .strictObject({
      members: count(2).default(defaultFloors.members).describe("Members of the smallest round that it signs."),
      corruptShare: z
        .number()
        .min(0)
        .max(0.5)
        .default(defaultFloors.corruptShare)
        .describe("Share of the members that may collude, which a round has to allow for."),
      survivors: count(2).default(defaultFloors.survivors).describe("Members who must stay to a round's end."),
      degree: count(2).default(defaultFloors.degree).describe("Neighbours of each."),
      threshold: count(2).default(defaultFloors.threshold).describe("Neighbours whose shares rebuild a secret."),
    })
    .prefault({})
    .describe("The least that it signs; devices have floors of their own."),
  metrics,
  log,
  stopSeconds,
});

export type RegistrarConfig = z.output<typeof registrarSchema>;
export type RegistrarFile = z.input<typeof registrarSchema>;

const registrarTogether: Together<RegistrarConfig> = (config) => [
  filesApart(config),
  metricsUnseen(config),
  config.url !== undefined &&
    config.url === config.accounts?.url && ["accounts.url", "is this registrar's own address: it knows no sessions"],
];

/** @throws PacelineError as readChecked says */
export const readRegistrarConfig = (path: string, given?: Given): RegistrarConfig =>
  readChecked(path, registrarSchema, registrarTogether, given);

const handedOver = z.looseObject({ coordinator: z.looseObject({ url: address, registerKey: publicKey }) });

/** @throws PacelineError not_found while a file is not there yet, invalid_data */
export function coordinatorsOf({ coordinators }: Pick<RegistrarConfig, "coordinators">) {
  return coordinators.map((path) => {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (cause) {
      return fail("not_found", `${path} cannot be read: it says whose rounds this registrar takes members for`, {
        cause,
        hint: "Put the coordinator's `pinned.json` there, as `paceline init coordinator --registrar` wrote it.",
      });
    }
    const parsed = handedOver.safeParse(parseJson(text, path, "invalid_data"));
    if (!parsed.success)
      return fail("invalid_data", `${path} names no coordinator: ${parsed.error.issues[0]?.path.join(".")} is wrong`, {
        hint: "Ask the coordinator's operator for its `pinned.json`, as it is.",
      });
    const { url, registerKey } = parsed.data.coordinator;
    return { url, registerKey: fromBase64Url(registerKey) };
  });
}
