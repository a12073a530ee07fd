// Giving a consent: its record. Loaded by the first grant; withdrawing needs nothing that may not be there.
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { type AnyReceipt, type ConsentReceipt, noticeOf } from "../task/consent.ts";
import { consentRecord, controllerFault, lacking } from "../task/consent-record.ts";
import type { Purpose } from "../task/purposes.ts";
import { deviceKey } from "./device-key.ts";
import { textOf } from "./option-checks.ts";
import type { ConsentSettings, PutReceipt, Shown } from "./shown.ts";
import { keys, readJson } from "./state.ts";

/** @throws PacelineError invalid_argument for what is no text, or a controller that is none; conflict with another tab */
export async function grant(
  settings: ConsentSettings,
  purpose: Purpose,
  { notice = noticeOf(purpose), language = "en", version, method }: Shown,
  put: PutReceipt,
): Promise<ConsentReceipt> {
  const { store, platform, controller, registrar } = settings;
  const digestOf = async (text: string) => toBase64Url(await platform.crypto.sha256(utf8(text)));
  const fault = controller === null ? undefined : controllerFault(controller);
  if (fault !== undefined) fail("invalid_argument", fault);
  const words = textOf("notice", notice, 2000);
  const digest = await digestOf(words);
  const x = toBase64Url((await deviceKey(settings)).publicKey);
  // A pseudonym of the device's own key (RFC 9278 over RFC 8037): another one after everything was erased.
  const thumbprint = await digestOf(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`);
  const before = await store.get(keys.receipt(purpose));
  const earlier = await readJson<AnyReceipt>(store, keys.receipt(purpose));
  const grantedAt = platform.clock.now();
  const record = consentRecord({
    random: platform.entropy.bytes(16),
    subject: `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${thumbprint}`,
    purpose,
    about: noticeOf(purpose),
    notice: {
      words,
      language: textOf("language", language, 40),
      version: textOf("version", version ?? digest, 100),
      digest,
    },
    controller,
    recipients: [settings.coordinatorUrl, ...(settings.helperUrl ? [settings.helperUrl] : [])],
    ...(registrar && {
      differs: (await import("./masked/consent.ts")).maskedProcess(settings, purpose, registrar.url),
    }),
    replaces: earlier?.version === 3 ? String(earlier.record["@id"]) : undefined,
    at: new Date(grantedAt).toISOString(),
    method: textOf("method", method as string, 200),
  });
  const number = (earlier?.number ?? 0) + 1;
  const granted = { version: 3, purpose, grantedAt, withdrawnAt: null, number, record } as const;
  return await put({ ...granted, lacks: lacking(controller) }, before);
}
