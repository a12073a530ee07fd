// From a plan to an open task: reserve its cost, have the helper check and sign it, sign it as the register, publish.
// Every step can be repeated after a crash: the reserved manifest bytes are the same for ever.
import { call } from "../api/call.ts";
import { type Asked, helperRoutes } from "../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import { HpkeConfig, hpkeConfigOf } from "../protocol/dap/hpke-config.ts";
import { reserve } from "../release/reserve.ts";
import type { QueryRow } from "../release/store.ts";
import { dapTaskOf } from "../task/dap.ts";
import { sealEnvelope, signManifest, verifyManifestSignature } from "../task/envelope.ts";
import { decodeManifest, encodeManifest, type Manifest, type PlannedTask } from "../task/manifest.ts";
import { proveManifest } from "../task/prove.ts";
import type { CoordinatorParts } from "./parts.ts";

/** The same key again returns the task as it stands. @throws PacelineError budget_exhausted, policy_refused, unavailable */
export async function publish(parts: CoordinatorParts, hash: string, planned: PlannedTask): Promise<Asked> {
  const { store, crypto, clock, terms, passing } = parts;
  const known = await store.transaction((rows) => rows.query(hash));
  if (known !== undefined) return await asAsked(known.state === "reserved" ? await open(parts, known) : known);
  if (planned.minBatch < terms.minBatchFloor)
    fail(
      "policy_refused",
      `a cohort of ${planned.minBatch} is below this coordinator's floor of ${terms.minBatchFloor}`,
      {
        hint: "Ask about more members, with wider groups or a longer window.",
      },
    );
  const now = Math.floor(clock.now() / 1000);
  const manifest: Manifest = {
    version: 1,
    ...planned,
    noise: { ...planned.noise, unit: terms.unit ?? "installation" },
    queryHash: hash,
    trustMode: "two-aggregators",
    upload: { opens: now, closes: now + terms.uploadSeconds },
    aggregators: aggregatorsOf(parts),
  };
  const bytes = encodeManifest(manifest);
  const proved = proveManifest(decodeManifest(bytes));
  const { id: task } = await dapTaskOf(crypto, manifest, bytes);
  passing("coordinator:reserve");
  const row = await store.transaction((rows) =>
    reserve(rows, {
      hash,
      manifest: bytes,
      upload: manifest.upload,
      debit: {
        task,
        rho: BigInt(manifest.rho),
        epochs: proved.epochs,
        mechanism: canonicalJson(proved.noise),
      },
      caps: { whose: "coordinator", epoch: terms.epochCap, year: terms.yearCap },
      at: clock.now(),
    }),
  );
  passing("coordinator:reserved");
  return await asAsked(await open(parts, row));
}

/** Gets the helper's signature on a reserved manifest and opens the task for devices. */
async function open(parts: CoordinatorParts, row: QueryRow): Promise<QueryRow> {
  const { store, crypto, transport, keyring, terms, passing } = parts;
  const { helper } = terms;
  await parts.agree();
  const answer = await call({ transport, url: helper.url, token: helper.token }, helperRoutes.sign, {
    body: { manifest: toBase64Url(row.manifest) },
  });
  const signature = fromBase64Url(answer.signature);
  if (!(await verifyManifestSignature(crypto, "helper", helper.signingKey, row.manifest, signature)))
    fail("verification_failed", "the helper's signature does not verify under its agreed key");
  passing("coordinator:helper-signed");
  // The helper's debit is in its head: kept here before a device can see the task.
  await parts.agree();
  const own = await signManifest(keyring.signer, "register", row.manifest);
  const envelope = canonicalJson(sealEnvelope(row.manifest, own, signature));
  const published = await store.transaction(async (rows) => {
    const current = (await rows.query(row.hash)) ?? fail("internal", "a reserved query stays");
    if (current.state !== "reserved") return current;
    const next: QueryRow = { ...current, state: "published", envelope };
    await rows.addTask({
      id: row.task,
      manifest: row.manifest,
      verifyKey: fromBase64Url(answer.verifyKey),
      closes: row.closes,
    });
    await rows.putQuery(next);
    return next;
  });
  passing("coordinator:published");
  return published;
}

async function asAsked(row: QueryRow): Promise<Asked> {
  const manifest = decodeManifest(row.manifest);
  return {
    task: toBase64Url(row.task),
    queryHash: row.hash,
    state: row.state,
    rho: manifest.rho,
    epochs: [...proveManifest(manifest).epochs],
  };
}

function aggregatorsOf({ keyring, terms }: CoordinatorParts): Manifest["aggregators"] {
  const leader = HpkeConfig.encode(hpkeConfigOf(keyring.hpke.id, keyring.hpke.pair.public));
  return {
    leader: { url: terms.url, hpke: toBase64Url(leader) },
    helper: { url: terms.helper.url, hpke: toBase64Url(terms.helper.hpke) },
  };
}
