// Release bundles of every kind of task, through both services; and bundles that somebody lays out who holds some keys.

import { checkpointBytes } from "../../src/audit/checkpoint.ts";
import { newMerkleTree } from "../../src/audit/merkle.ts";
import { fromBase64Url, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { canonicalJson, type Json } from "../../src/base/canonical.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { releaseDocument } from "../../src/release/document.ts";
import { releaseLeaf } from "../../src/release/leaf.ts";
import { population } from "../../src/simulate/index.ts";
import { type Bundle, encodeBundle } from "../../src/task/bundle.ts";
import { dapTaskOf } from "../../src/task/dap.ts";
import { sealEnvelope, signManifest } from "../../src/task/envelope.ts";
import { rowCount } from "../../src/task/linear-map.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { proveManifest } from "../../src/task/prove.ts";
import { hashQuestion } from "../../src/task/question-hash.ts";
import type { ReleaseDocument } from "../../src/task/release.ts";
import { type Cluster, newCluster } from "./cluster.ts";
import { operatorRegistry, registryKeys } from "./operator.ts";
import { binsOf, lastDay, signingKeys, smallQuestion } from "./questions.ts";
import { newRound } from "./rounds.ts";

export interface Made {
  readonly text: string;
  readonly keys: { readonly register: Uint8Array; readonly helper: Uint8Array; readonly registry?: Uint8Array };
}

const days = `WINDOW BETWEEN '${formatDay(lastDay - 27)}' AND '${formatDay(lastDay)}'`;
const purposes = ["service-improvement", "model-training"] as const;

const asked = {
  question: smallQuestion,
  statistics: {
    sql: `SELECT COUNT(*), AVG(rhr), MEDIAN(sleep), SHARE(mvpa >= 150), TOP(device_class, 2) FROM member_week GROUP BY age_band ${days}`,
  },
  regression: { sql: `SELECT CORR(sleep, rhr), SUM(visits) FROM member_week ${days} WITH (rho = 0.02)` },
  tree: { sql: `SELECT QUANTILE(steps, 0.25, 0.5, 0.75) FROM member_week ${days} WITH (rho = 0.02)` },
  operator: { ...smallQuestion, title: "How was your mood?", select: binsOf("mood", [0, 4, 7, 10]) },
  training: undefined,
};
export type Kind = keyof typeof asked;
export const kinds = Object.keys(asked) as readonly Kind[];

/** Asked, answered by five devices, collected, and its bundle taken. */
export async function bundleOf(kind: Kind): Promise<Made> {
  const registry = await operatorRegistry();
  const cluster = newCluster(
    kind === "operator" ? { terms: { registry }, policy: { registry: { key: registryKeys.publicKey } } } : {},
  );
  const { coordinator, keyrings } = cluster;
  const keys = {
    register: keyrings.coordinator.signer.publicKey,
    helper: keyrings.helper.signer.publicKey,
    ...(kind === "operator" ? { registry: registryKeys.publicKey } : {}),
  };
  if (kind === "question") {
    const round = await newRound(cluster);
    await round.fill([50, 50, 65, 65, undefined]);
    await coordinator.collect(round.id);
    return { text: encodeBundle(await coordinator.bundle(round.id)), keys };
  }
  const task = kind === "training" ? await firstRoundOf(cluster) : (await coordinator.ask(asked[kind])).task;
  for (const member of population({ seed: "bundles", members: 5, lastDay })) {
    const client = cluster.client(member, { registryKey: toBase64Url(registryKeys.publicKey) });
    for (const purpose of purposes) await client.consent.grant(purpose);
    await client.sync();
  }
  const id = fromBase64Url(task);
  await coordinator.collect(id);
  return { text: encodeBundle(await coordinator.bundle(id)), keys };
}

/** The task of a small training that begins. */
export async function firstRoundOf({ coordinator }: Cluster): Promise<string> {
  const draft = attendanceDraft({ metrics: ["steps", "visits"], expected: 25, least: 5 });
  const { round } = await coordinator.trainings.begin({ ...draft, end: formatDay(lastDay) });
  return round.task ?? "";
}

/** What a forger who holds these keys may put in the place of what follows. */
export interface Forgery {
  readonly manifest: Manifest;
  /** What the signed manifest says otherwise, with document and debit going along. */
  readonly claimed?: Partial<Manifest>;
  /** What was asked; by default a question that fits the manifest. */
  readonly question?: object | null;
  readonly values?: readonly number[];
  readonly debit?: Partial<Bundle["debit"]>;
  readonly document?: (honest: ReleaseDocument) => unknown;
  readonly register?: ReturnType<typeof signingKeys>;
  readonly helper?: ReturnType<typeof signingKeys>;
  /** The log's other leaves, before this one. */
  readonly before?: number;
}

const caps = { week: 5_000_000_000n, year: 20_000_000_000n };

/** As much of a question as is compared with its manifest. */
export function questionFor({ encoder, window, purpose, minBatch }: Manifest): object | null {
  if (encoder.kind !== "product") return null;
  const days = { end: formatDay(window.end - 1), days: window.end - window.start };
  return { version: 2, groupBy: encoder.groups, window: days, purpose, minCohort: minBatch };
}

/** A bundle with every hash and signature as it has to be, whatever is said in it. */
export async function forgeBundle(forgery: Forgery): Promise<Made> {
  const { values, debit, document, before = 0, register = signingKeys(), helper = signingKeys() } = forgery;
  const { noise, epochs } = proveManifest(forgery.manifest);
  const question = forgery.question === undefined ? questionFor(forgery.manifest) : forgery.question;
  const queryHash =
    question === null ? "h".repeat(43) : await hashQuestion(nodeCrypto, question, forgery.manifest.definitions);
  const manifest = { ...forgery.manifest, queryHash, ...forgery.claimed };
  const bytes = encodeManifest(manifest);
  const { id } = await dapTaskOf(nodeCrypto, manifest, bytes);
  const honest = releaseDocument(
    manifest,
    id,
    values ?? Array.from({ length: rowCount(manifest.map) }, (_, i) => i - 1),
    caps,
  );
  const release = utf8(canonicalJson((document ?? ((same) => same))(honest) as Json));
  const paid = {
    at: manifest.upload.opens * 1000,
    rho: manifest.rho,
    epochs: [...epochs],
    mechanism: canonicalJson(noise as unknown as Json),
    ...debit,
  };
  const leaf = await releaseLeaf(nodeCrypto, {
    task: id,
    query: manifest.queryHash,
    manifest: bytes,
    release,
    debit: { ...paid, rho: BigInt(paid.rho) },
  });
  const tree = newMerkleTree(nodeCrypto);
  for (let i = 0; i < before; i++) await tree.append(utf8(`leaf ${i}`));
  await tree.append(leaf);
  const signed = checkpointBytes(tree.size, await tree.root());
  const text = encodeBundle({
    paceline: "release bundle",
    version: 2,
    question: question as Bundle["question"],
    envelope: sealEnvelope(
      bytes,
      await signManifest(register, "register", bytes),
      await signManifest(helper, "helper", bytes),
    ),
    keys: { register: toBase64Url(register.publicKey), helper: toBase64Url(helper.publicKey) },
    debit: paid,
    release: toBase64Url(release),
    log: {
      index: before,
      size: tree.size,
      proof: (await tree.proof(before)).map((hash) => toBase64Url(hash)),
      signature: toBase64Url(await register.sign(signed)),
    },
  });
  return { text, keys: { register: register.publicKey, helper: helper.publicKey } };
}
