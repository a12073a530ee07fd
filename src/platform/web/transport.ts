// The Transport port on fetch.
import { concat } from "../../base/bytes.ts";
import { fail, isPacelineError, PacelineError } from "../../base/errors.ts";
import type { Transport } from "../../ports/transport.ts";

export interface WebTransportOptions {
  /** From the first byte sent to the last received. Default 30,000. */
  readonly timeoutMs?: number;
  /** Largest response body. Default 16 MiB. */
  readonly responseBytesMax?: number;
}

/** Of all such requests together 64 KiB are allowed (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). */
const KEEPALIVE_BYTES_MAX = 32 * 1024;

/** Sends nothing that would tell who the member is: no cookies, no referrer. Redirects are refused. */
export function webTransport(options: WebTransportOptions = {}): Transport {
  const { timeoutMs = 30_000, responseBytesMax = 16 * 1024 * 1024 } = options;
  return {
    async send({ method, url, headers, body, responseBytesMax: most = Number.POSITIVE_INFINITY }) {
      try {
        const response = await fetch(url, {
          method,
          ...(headers && { headers }),
          // fetch's types want arrays that are not shared between threads; ours never are
          ...(body && { body: body as Uint8Array<ArrayBuffer> }),
          // a report that is on its way when the page goes arrives all the same; engines refuse more at a time
          ...(body && body.length <= KEEPALIVE_BYTES_MAX && { keepalive: true }),
          cache: "no-store",
          credentials: "omit",
          redirect: "error",
          referrerPolicy: "no-referrer",
          signal: AbortSignal.timeout(timeoutMs),
        });
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: await readBody(response, Math.min(most, responseBytesMax)),
        };
      } catch (cause) {
        if (isPacelineError(cause)) throw cause;
        // browsers do not say why: no connection, a redirect, a refusal by CORS
        throw new PacelineError("unavailable", `no answer from ${url}`, {
          hint: "Check the connection; sending the same bytes again is safe.",
          cause,
        });
      }
    },
  };
}

async function readBody(response: Response, bytesMax: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > bytesMax) {
      await reader.cancel();
      fail("body_too_large", `the response has more than ${bytesMax} bytes`);
    }
    parts.push(part.value);
  }
  return concat(...parts);
}
