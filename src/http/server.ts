// The server that listens: beyond this machine it is TLS, ended here or by a proxy that the operator has named.
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { fail } from "../base/errors.ts";
import type { HttpLimits } from "./app.ts";
import type { Observer } from "./observed.ts";

/** A certificate chain and its key, PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  /** Read at start and every hour: what is renewed needs no restart. What cannot be read later leaves the last one in use. */
  readonly tls?: (() => TlsPair) | undefined;
  /** A proxy in front ends TLS, and nobody else reaches this address. */
  readonly behindProxy?: boolean | undefined;
  /** Is told of every request, for an operator's numbers. */
  readonly observe?: Observer | undefined;
}

/** Of this machine alone. */
export const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/;
const RENEW_MS = 3_600_000;

function checkPlain({ hostname, tls, behindProxy }: ListenOptions): void {
  if (tls === undefined && behindProxy !== true && !LOOPBACK.test(hostname))
    fail(
      "policy_refused",
      `${hostname} is reached from other machines, and plain HTTP would carry tokens and reports there`,
      {
        hint: "Give `listen.tls` a certificate and its key; or listen on 127.0.0.1 behind a proxy that ends TLS; or say `listen.behindProxy` where that proxy is on another machine of a closed network.",
      },
    );
}

/** @throws PacelineError policy_refused for plain HTTP beyond this machine, invalid_data for a certificate that is none */
export function newServer(limits: HttpLimits, options: ListenOptions): Server {
  checkPlain(options);
  const { tls } = options;
  const times = {
    headersTimeout: Math.min(limits.slowMsMax, limits.requestMsMax),
    requestTimeout: limits.requestMsMax,
    connectionsCheckingInterval: Math.min(1000, Math.ceil(limits.requestMsMax / 4)),
    keepAliveTimeout: Math.min(5000, limits.requestMsMax),
    maxHeaderSize: limits.headerBytesMax,
  };
  if (tls === undefined) return createServer(times);
  // A certificate is asked of everyone and needed of nobody: who must show one is decided where the caller is.
  const asked = { requestCert: true, rejectUnauthorized: false, minVersion: "TLSv1.2" } as const;
  let server: ReturnType<typeof createTlsServer>;
  try {
    server = createTlsServer({
      ...times,
      ...asked,
      ...tls(),
      handshakeTimeout: Math.min(limits.slowMsMax, limits.requestMsMax),
    });
  } catch (cause) {
    return fail("invalid_data", `the TLS certificate or its key cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
  const renew = setInterval(() => {
    try {
      server.setSecureContext({ ...tls(), minVersion: "TLSv1.2" });
    } catch {
      // The files are being replaced; the next hour has both.
    }
  }, RENEW_MS);
  renew.unref();
  server.once("close", () => clearInterval(renew));
  return server;
}
