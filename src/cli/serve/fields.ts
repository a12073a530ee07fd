// Kinds of field in the services' configurations. A file that passes them does not fail later for what is written in it.
import * as z from "zod";
import { fromBase64Url } from "../../base/bytes.ts";
import { isPacelineError } from "../../base/errors.ts";
import { serviceUrlFault } from "../../base/service-url.ts";
import { TOKEN_CHARACTERS, TOKEN_LENGTH_MAX } from "../../http/bearer.ts";
import { parseRho } from "../../privacy/accounting/nano-rho.ts";
import { HpkeConfig, usableConfig } from "../../protocol/dap/hpke-config.ts";
import { modulusOf } from "../../protocol/privacypass/key.ts";
import { isPostgresUrl, postgresAddress } from "../../storage/postgres/address.ts";
import { baseMetrics, metricById } from "../../task/metrics.ts";
import { meant } from "./faults.ts";

/** A string that `check` finds nothing wrong with; a PacelineError it throws is the fault. */
const checked = (check: (text: string) => string | undefined, text = z.string()) =>
  text.superRefine((text, context) => {
    const fault = attempt(() => check(text));
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });

function attempt(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    if (isPacelineError(error)) return error.message;
    throw error;
  }
}

const RHO_MAX = 1_000_000_000_000n;

/** Decimal text to nano-ρ, above 0 and at most 1000. */
export const rho = checked((text) => {
  const nano = parseRho(text);
  return nano > 0n && nano <= RHO_MAX ? undefined : "must be a ρ above 0 and at most 1000";
}).transform((text) => parseRho(text));

/** A bearer token: as long and of the characters that a service reads of a request's header. */
export const token = z
  .string()
  .min(16)
  .max(TOKEN_LENGTH_MAX)
  .regex(new RegExp(`^${TOKEN_CHARACTERS}*$`), "must be printable ASCII without spaces");

/** SHA-256 of a certificate (DER). */
export const certificateHash = z.string().regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of a certificate, in hex");

export const file = z.string().min(1).max(4096);

/** A file, or the URL of a database on a server. */
export const database = checked((text) => {
  if (isPostgresUrl(text)) postgresAddress(text);
  return undefined;
}, file);

export const address = checked((text) => serviceUrlFault(text, URL));

export const publicKey = checked((text) =>
  fromBase64Url(text).length === 32 ? undefined : "must be a 32-byte Ed25519 key in base64url",
);

export const hpkeConfig = checked((text) => {
  usableConfig([HpkeConfig.decode(fromBase64Url(text))]);
  return undefined;
});

export const issuerName = z
  .string()
  .regex(/^[a-z0-9.-]{1,100}$/, "must be a name in lower case, such as issuer.example.org");

export const issuerKeyText = checked((text) => {
  modulusOf(fromBase64Url(text));
  return undefined;
});

/** What is wrong with a metric where only the built-in ones are known. */
export const unknownMetric = (id: string): string | undefined =>
  metricById(id) === undefined
    ? `there is no such metric${meant(
        id,
        baseMetrics.map((one) => one.id),
      )}`
    : undefined;
