// A training whose rounds one coordinator sums, and a registrar for it.
import { toBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { createRegistrar, type RegistrarAppParts } from "../../src/issuer/index.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { completeTraining } from "../../src/learning/server/rounds/complete.ts";
import { maskedRound } from "../../src/learning/server/rounds/masked-round.ts";
import { nodeClock, nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import type { RegistrarKey } from "../../src/ports/registrar-key.ts";
import type { DeviceFloors } from "../../src/protocol/secagg/terms.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { encodeMaskedManifest, type MaskedManifest, maskedTaskId } from "../../src/task/masked/manifest.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";
import { lastDay } from "./questions.ts";

export const registrarUrl = "https://registrar.test";

/** No party's own: tests are of tiny cohorts. */
export const lowFloors: DeviceFloors = { members: 3, corruptShare: 0, survivors: 2, degree: 2, threshold: 2 };

export const signerOf = ({ public: publicKey, secret }: KeyPair) => ({
  publicKey,
  sign: (message: Uint8Array) => nodeCrypto.ed25519Sign(secret, message),
});

export const newRegistrarKey = (): RegistrarKey => ({
  signer: signerOf(nodeCrypto.ed25519Generate()),
  secret: nodeEntropy.bytes(32),
});

/** Of 8 to 16 members, of whom 10 % may collude and 30 % leave. */
export const maskedDraft = (change: Partial<TrainingDraft> = {}): TrainingDraft => ({
  ...attendanceDraft({ metrics: ["steps", "visits"], rounds: 1, rhoPerRound: "0.03" }),
  sharing: "masked",
  masked: { corrupt: 0.1, dropouts: 0.3, joinSeconds: 600, stageSeconds: 60 },
  cohort: { expected: 12, least: 8, most: 16 },
  end: formatDay(lastDay),
  ...change,
});

export interface MadeRound {
  readonly manifest: MaskedManifest;
  readonly bytes: Uint8Array;
  readonly task: Uint8Array;
  readonly weights: Float32Array;
}

/** The first round of a masked training, opening at `opens` (Unix seconds). */
export async function makeMaskedRound(
  draft: TrainingDraft,
  key: RegistrarKey,
  { opens = Math.floor(Date.now() / 1000), coordinatorUrl = "https://coordinator.test" } = {},
): Promise<MadeRound> {
  const registrar = { url: registrarUrl, key: toBase64Url(key.signer.publicKey) };
  const { training, weights, terms } = await completeTraining(draft, {
    ...{ crypto: nodeCrypto, operator: noOperator, run: nodeEntropy.bytes(16), today: lastDay + 1, registrar },
  });
  const queryHash = toBase64Url(nodeEntropy.bytes(32));
  const manifest = maskedRound(training, { ...terms, queryHash, opens, coordinatorUrl });
  const bytes = encodeMaskedManifest(manifest);
  return { manifest, bytes, task: await maskedTaskId(nodeCrypto, bytes), weights };
}

/** Who shows the account's name as a bearer token is that account. */
export const bearerAccount = (request: Request): string | undefined =>
  /^Bearer ([a-z0-9-]+)$/.exec(request.headers.get("authorization") ?? "")?.[1];

export function newTestRegistrar(
  key: RegistrarKey,
  coordinator: { readonly url: string; readonly registerKey: Uint8Array },
  change: Partial<RegistrarAppParts> = {},
) {
  return createRegistrar({
    ...{ store: memoryDatabase(), crypto: nodeCrypto, clock: nodeClock, key, url: registrarUrl },
    ...{ coordinators: [coordinator], authorise: bearerAccount, floors: lowFloors, log: () => undefined },
    ...change,
  });
}
