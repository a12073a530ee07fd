// The fields of the services' configuration files. What is secret in them is a token; keys have files of their own. What each
// says about itself stands in docs/configuration.md (`npm run configuration`) and in the files that `paceline init` writes.
import * as z from "zod";
import { defaultQuota } from "../../aggregate/quota.ts";
import { labelKinds, layerKinds, outputKinds, sharingKinds } from "../../helper/training-policy.ts";
import { serviceRoles } from "../../http/roles.ts";
import { type Purpose, purposeNames } from "../../task/purposes.ts";
import {
  address,
  certificateHash,
  database,
  file,
  hpkeConfig,
  issuerKeyText,
  issuerName,
  publicKey,
  rho,
  token,
} from "./fields.ts";

const about = <S extends z.ZodType>(words: string, schema: S): S => schema.describe(words);

const tlsPair = z.strictObject({
  certificate: about("PEM file: the certificate, and those between it and a root. Read again every hour.", file),
  key: about("PEM file of its key.", file),
});
export const listen = z.strictObject({
  hostname: about(
    "Address of the network interface. One that other machines reach needs `listen.tls`, or `listen.behindProxy`.",
    z.string().min(1).max(253).default("127.0.0.1"),
  ),
  port: about(`0: any that is free; the line that says "ready" names it.`, z.int().min(0).max(65_535)),
  tls: about("Where the service ends TLS itself.", tlsPair.optional()),
  behindProxy: about(
    "A proxy on another machine of a closed network ends TLS, and nobody else reaches this address.",
    z.boolean().default(false),
  ),
});
const minBatchFloor = z.int().min(1).max(1_000_000_000);
/** What both services ask of a task, each by itself. privacy-model.md defends the defaults. */
const perTask = {
  rhoPerTaskLeast: about("ρ a task costs at least, as a decimal.", rho.prefault("0.0001")),
  rhoPerEpoch: about("ρ an ISO week may cost in all, in this service's own books.", rho.prefault("0.5")),
  rhoPerYear: about("ρ a year of weeks may cost in all.", rho.prefault("1")),
  minBatchFloor: about("The smallest batch a question may ask for, empty reports included.", minBatchFloor),
  openTasksMax: about("Tasks that take reports at one time.", z.int().min(1).max(10_000).default(64)),
  manifestBytesMax: about(
    "Bytes of one manifest: every phone reads it.",
    z
      .int()
      .min(4096)
      .max(512 * 1024)
      .default(128 * 1024),
  ),
  windowAgeDaysMax: about(
    "Days after the end of a window for which it may still be asked about.",
    z.int().min(1).max(200_000).default(60),
  ),
};
const tokens = z.strictObject({
  issuer: about("The issuer's name, as its tokens are bound to it.", issuerName),
  key: about("Its public key, base64url, as the issuer prints it.", issuerKeyText),
  rhoPerToken: about("ρ that one token is worth, as a decimal. A report carries at most 200.", rho.prefault("0.005")),
});
const common = {
  database: about(
    "SQLite file, made when it does not exist; or the URL of a PostgreSQL database that its user owns (docs/databases.md).",
    database,
  ),
  mark: about(
    "How far the ledger had come: a small file apart from the database, best on another disk. Default: beside it; needed with PostgreSQL.",
    file.optional(),
  ),
  keys: about("Key file; made with the database, and only then.", file),
  sealing: about(
    "File of the keys that shares and answers are sealed with in the database; made with it. Default: beside `keys`, as `….sealing`.",
    file.optional(),
  ),
  operatorToken: about(
    "What this service's own operator shows for `paceline task`; nobody else knows it. Left out: nobody is let in.",
    token.optional(),
  ),
  listen: about("Where it listens, behind whatever ends TLS.", listen),
  url: about("Its public address: https, or http on this machine.", address),
  registry: about(
    "Registry file (docs/metrics.md): metrics, attributes and formulas beside the built-in ones.",
    file.optional(),
  ),
  tokens: about(
    "Where an issuer of tokens runs: every report spends some, whose worth is the member's budget; both services and apps agree.",
    tokens.optional(),
  ),
  databaseBytesMax: about(
    "Reports are refused when the database holds more bytes.",
    z
      .int()
      .min(2 ** 20)
      .default(defaultQuota.bytes),
  ),
  keepUncollectedDays: about(
    "Days after its close that an uncollected task keeps its shares; then they are deleted.",
    z.number().min(3).max(366).default(30),
  ),
  metrics: about(
    "Where Prometheus reads the service's numbers, at /metrics: an address of its own, as they count exactly (docs/operating.md).",
    z
      .strictObject({
        hostname: about(
          "Address of the network interface. One that other machines reach needs `metrics.closedNetwork`.",
          z.string().min(1).max(253).default("127.0.0.1"),
        ),
        port: about("0: any that is free.", z.int().min(0).max(65_535)),
        closedNetwork: about("Only the operator's own machines reach this address.", z.boolean().default(false)),
      })
      .optional(),
  ),
  log: about(
    "How lines of the log are written: for people, or each as one JSON object of time, service, version, event and message, with a code, a count or the work where the event has them.",
    z.enum(["text", "json"]).default("text"),
  ),
  roles: about(
    "What this process does: takes requests, verifies reports, or both. One alone needs PostgreSQL and other processes for the other.",
    z
      .array(z.enum(serviceRoles))
      .min(1)
      .max(2)
      .default([...serviceRoles]),
  ),
  stopSeconds: about(
    "How long what was begun may take after SIGTERM before it is cut; a second signal cuts it at once.",
    z.number().min(0).max(3600).default(30),
  ),
  workers: about("Threads that verify reports.", z.int().min(1).max(64).default(1)),
};

export const coordinatorSchema = z.strictObject({
  ...common,
  analystToken: about("What analysts send as a bearer token.", token),
  registrar: about(
    "Who says who is in a masked round (docs/training.md): a party of its own. Left out: no training is masked.",
    z
      .strictObject({
        url: about("Its public address.", address),
        key: about("Its Ed25519 key, base64url, which apps have pinned.", publicKey),
        authorities: about(
          "PEM file of the authorities that its certificate is checked against, in place of the system's.",
          file.optional(),
        ),
      })
      .optional(),
  ),
  helper: about(
    "The other organisation's service. Left out, where there is a `registrar`: all that is done is training by masked sums.",
    z
      .strictObject({
        url: about("Its public address.", address),
        token: about("The helper's `leaderToken`.", token),
        client: about("What this service shows to a helper that asks for its `leaderCertificate`.", tlsPair.optional()),
        authorities: about(
          "PEM file of the authorities that the helper's certificate is checked against, in place of the system's.",
          file.optional(),
        ),
        signingKey: about("`signingKey` of what `paceline keys` prints there: Ed25519, base64url.", publicKey),
        hpke: about(
          "`hpke` of what `paceline keys` prints there. A receiving key that replaces it is taken from the helper itself, signed.",
          hpkeConfig,
        ),
      })
      .optional(),
  ),
  ...perTask,
  unit: about(
    `Whom tasks count: "member" where every app hands its client a secret of the member's account.`,
    z.enum(["member", "installation"]).default("installation"),
  ),
  uploadHours: about(
    "How long devices may answer.",
    z
      .number()
      .min(1 / 60)
      .max(2160)
      .default(168),
  ),
  completeAfterMinutes: about(
    "Minutes without a report after which a batch that is large enough counts as complete; else when its time is over.",
    z
      .number()
      .min(1 / 60)
      .max(129_600)
      .optional(),
  ),
  jobReports: about("Reports that are verified with one request to the helper.", z.int().min(1).max(1000).default(500)),
  uploads: about(
    "Reports of one task that are taken, whoever sends them.",
    z
      .strictObject({
        perSecond: about(
          "In the long run; more waits on its devices.",
          z.number().min(0.01).max(1e6).default(defaultQuota.perSecond),
        ),
        burst: about("At once.", z.int().min(100).max(1e9).default(defaultQuota.burst)),
        perTask: about("In all, counted or refused.", z.int().min(100).max(1e9).default(defaultQuota.perTask)),
      })
      .prefault({}),
  ),
});

const some = <T extends string>(kinds: readonly [T, ...T[]]) =>
  z
    .array(z.enum(kinds))
    .min(1)
    .default([...kinds]);
const trainings = about(
  "Which models may be trained, where they may. A refusal names the rule.",
  z
    .strictObject({
      layers: about(
        "Kinds of layers; [] for linear models alone.",
        z.array(z.enum(layerKinds)).default([...layerKinds]),
      ),
      outputs: about("Kinds of outputs.", some(outputKinds)),
      labels: about("What a model may foresee.", some(labelKinds)),
      sharing: about("How updates are shared between the two aggregators.", some(sharingKinds)),
      parametersMax: about(
        "Weights of a model.",
        z
          .int()
          .min(1)
          .max(2 ** 20)
          .default(100_000),
      ),
      roundsMax: about("Rounds of a training.", z.int().min(1).max(10_000).default(100)),
      metrics: about(
        "Metrics that trainings may read; all of the policy's, when left out.",
        z.array(z.string().min(1).max(100)).min(1).optional(),
      ),
      rhoPerRound: about(
        "ρ one round may cost, as a decimal; `rhoPerTask`, when left out. Rounds of a stream are paid together.",
        rho.optional(),
      ),
      rhoPerTraining: about(
        "ρ all rounds of a training may cost, those that came to nothing too; `rhoPerYear`, when left out.",
        rho.optional(),
      ),
      streams: about(
        "Whether noise may be correlated over rounds: shares of their sums are then kept from one to the next.",
        z.boolean().default(true),
      ),
    })
    .prefault({}),
);

export const helperSchema = z.strictObject({
  ...common,
  leaderUrl: about("The coordinator's public address.", address),
  leaderToken: about("What the coordinator sends as a bearer token.", token),
  leaderCertificate: about(
    "SHA-256 of the coordinator's client certificate (DER, hex): it has to show that too. Needs `listen.tls`.",
    certificateHash.optional(),
  ),
  registryKey: about(
    "Ed25519: definitions signed with it are taken too, whatever `registry` holds.",
    publicKey.optional(),
  ),
  policy: about(
    "What it signs, whatever the coordinator says.",
    z.strictObject({
      purposes: about("Purposes of questions.", z.array(z.enum(purposeNames as [Purpose, ...Purpose[]])).min(1)),
      metrics: about(
        "Metrics that may be asked about; docs/metrics.md has them.",
        z.array(z.string().min(1).max(100)).min(1),
      ),
      training: about("Whether models may be trained.", z.boolean()),
      trainings,
      ...perTask,
      rhoPerTask: about("ρ one task may cost, as a decimal.", rho.prefault("0.25")),
      groupsMax: about("Groups that one task may ask for.", z.int().min(1).max(64).default(24)),
      cellsMax: about("Numbers in all that one task may ask for.", z.int().min(1).max(16_384).default(1024)),
      tasksPerDay: about("New tasks within 24 hours.", z.int().min(1).max(10_000).default(24)),
      approval: about(
        "manual: the operator approves each question by hand before a task of it is signed (`paceline task approve`).",
        z.enum(["none", "manual"]).default("none"),
      ),
      unit: about(
        "Signs only tasks that count these; any, when left out.",
        z.enum(["member", "installation"]).optional(),
      ),
    }),
  ),
});
