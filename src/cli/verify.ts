// `paceline verify FILE`: a release bundle, or a model's file with its rounds' bundles, checked on this machine, asking nobody.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fromBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { plainLines } from "../figures/plain.ts";
import { looksLikeModel } from "../learning/plan/model/file.ts";
import { WEIGHTS_FILE } from "../learning/plan/model/topology.ts";
import { nodeCrypto } from "../platform/node/index.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import {
  looksMasked,
  maskedStatementOf,
  type Statement,
  statementOf,
  type Verified,
  type VerifiedMasked,
  type VerifyKeys,
  verifyBundle,
  verifyMaskedBundle,
} from "../verify/index.ts";
import { readBytes, readText } from "./read-text.ts";

export interface VerifyOptions {
  readonly registerKey?: string;
  readonly helperKey?: string;
  readonly registrarKey?: string;
  readonly registryKey?: string;
  /** `pinned.json` of an app: all parties' keys, but those that are given besides. */
  readonly pinned?: string;
  /** Bundles of a model's rounds. */
  readonly round?: readonly string[];
  /** Of the weights that a training began with. */
  readonly seed?: string;
  readonly json?: boolean;
}

/** @param file a path, or "-" for standard input. @throws PacelineError not_found, invalid_message, verification_failed */
export async function verifyCommand(file: string, options: VerifyOptions): Promise<void> {
  const text = readBundle(file);
  if (looksLikeModel(text)) {
    const { verifyModelFile } = await import("./model/verify.ts");
    const rounds = (options.round ?? []).map((round) => readBundle(round));
    const json = options.json === true;
    const weightsBin = weightsBeside(file, text);
    return await verifyModelFile(text, { rounds, weightsBin, keys: keysOf(options), seed: options.seed, json });
  }
  if (text.startsWith('{"training":'))
    fail("invalid_message", `${file} is a model as its coordinator has it, which proves nothing`, {
      hint: "`paceline model BUNDLES… --out FILE` makes the model of its rounds' bundles: `paceline train status NAME --bundles FOLDER` writes them.",
    });
  if (options.round !== undefined) fail("invalid_argument", `--round goes with a model's file, which ${file} is not`);
  if (looksMasked(text)) {
    const masked = await verifyMaskedBundle(nodeCrypto, text, keysOf(options));
    const statement = await maskedStatementOf(masked);
    const said = options.json
      ? `${JSON.stringify(maskedDocument(masked, statement), null, 2)}\n`
      : plainLines(maskedWords(masked, statement));
    process.stdout.write(said);
    return;
  }
  const verified = await verifyBundle(nodeCrypto, text, keysOf(options));
  process.stdout.write(options.json ? `${JSON.stringify(document(verified), null, 2)}\n` : plainLines(words(verified)));
}

/** The bytes as they are: a mark at their beginning is a changed byte too. */
export const readBundle = (file: string): string =>
  readText(file, { hint: "Give the path of a release bundle.", exact: true });

/** The weights of a model that is in two files, as TensorFlow.js loads it; undefined where there is no second one. */
function weightsBeside(file: string, text: string): Uint8Array | undefined {
  const path = join(dirname(file), WEIGHTS_FILE);
  return file === "-" || text.includes('"weightData":') || !existsSync(path) ? undefined : readBytes(path);
}

/** @throws PacelineError invalid_argument, invalid_data for a file that pins nothing, not_found */
export function keysOf({ registerKey, helperKey, registrarKey, registryKey, pinned }: VerifyOptions): VerifyKeys {
  const own = pinned === undefined ? {} : pinnedKeys(pinned);
  return {
    register: keyOf("--register-key", registerKey) ?? own.register,
    helper: keyOf("--helper-key", helperKey) ?? own.helper,
    registrar: keyOf("--registrar-key", registrarKey) ?? own.registrar,
    registry: keyOf("--registry-key", registryKey),
  };
}

type Pinned = { readonly [party in "coordinator" | "helper" | "registrar"]?: Readonly<Record<string, unknown>> };

function pinnedKeys(file: string): Omit<VerifyKeys, "registry"> {
  const pinned = parseJson(
    readText(file, { hint: "It is the file that apps ship." }),
    file,
    "invalid_data",
  ) as Pinned | null;
  const key = (name: string, value: unknown) =>
    typeof value === "string" && KEY.test(value)
      ? fromBase64Url(value)
      : fail("invalid_data", `${file} has no key at ${name}`, {
          hint: "Give `pinned.json` as `paceline init coordinator` wrote it for apps.",
        });
  return {
    register: key("coordinator.registerKey", pinned?.coordinator?.registerKey),
    helper: pinned?.helper && key("helper.signingKey", pinned.helper.signingKey),
    registrar: pinned?.registrar && key("registrar.key", pinned.registrar.key),
  };
}

const KEY = /^[A-Za-z0-9_-]{43}$/;

function keyOf(option: string, text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  if (!KEY.test(text))
    fail("invalid_argument", `${option} takes an Ed25519 key in base64url`, {
      hint: "The services' `paceline keys` prints theirs.",
    });
  return fromBase64Url(text);
}

function words(verified: Verified): string {
  const { keys, manifest, task } = verified;
  const own = keys.register.from === "given" && keys.helper.from === "given";
  return said(`${manifest.name} (task ${task})`, own, statementOf(verified));
}

function maskedWords(verified: VerifiedMasked, statement: Statement): string {
  const { keys, manifest, task } = verified;
  const own = keys.register.from === "given" && keys.registrar.from === "given";
  return said(`${manifest.name} (masked round ${task})`, own, statement);
}

function said(what: string, own: boolean, { proved, trusted }: Statement): string {
  const found = own ? "verified under the keys you gave" : "consistent, under keys that it names itself";
  const list = (lines: readonly string[]) => lines.map((line) => `  - ${line}`).join("\n");
  return `${what}: ${found}\n\nproved\n${list(proved)}\n\ntrusted\n${list(trusted)}\n`;
}

function maskedDocument(verified: VerifiedMasked, statement: Statement) {
  const { manifest, release, task, keys, definitions, debit, log } = verified;
  return {
    ...{ verified: true, task, name: manifest.name, question: manifest.question, asked: null, keys },
    ...(definitions === undefined ? {} : { definitions }),
    ...{ noise: manifest.noise, members: release.members, privacy: release.privacy },
    rho: formatRho(nanoRho(BigInt(debit.rho))),
    ...{ debit, log, values: release.values, ...statement },
  };
}

function document(verified: Verified) {
  const { manifest, release, task, keys, definitions, sensitivity, proved, debit, log } = verified;
  return {
    verified: true,
    task,
    name: manifest.name,
    question: manifest.question,
    asked: verified.question,
    keys,
    ...(definitions === undefined ? {} : { definitions }),
    sensitivity: { l1: sensitivity.l1?.toString(), l2Squared: `${sensitivity.l2Squared}` },
    noise: proved.noise,
    privacy: release.privacy,
    rho: formatRho(nanoRho(BigInt(debit.rho))),
    debit,
    log,
    values: release.values,
    ...statementOf(verified),
  };
}
