// Who calls: by token, by certificate, or by both, over a socket that ends TLS itself.
import { X509Certificate } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { guard, httpLimits, newApp } from "../../src/http/app.ts";
import type { CallerProof } from "../../src/http/caller.ts";
import { type Listening, listen } from "../../src/http/listen.ts";
import { nodeCrypto, nodeTransport } from "../../src/platform/node/index.ts";
import * as certificates from "../support/certificates.ts";

const ca = certificates.server.cert;
const transports = {
  none: nodeTransport({ tls: { ca } }),
  client: nodeTransport({ tls: { ca, ...certificates.client } }),
  other: nodeTransport({ tls: { ca, ...certificates.other } }),
};
const listening: Listening[] = [];
afterAll(async () => {
  for (const one of Object.values(transports)) one.close();
  await Promise.all(listening.map((one) => one.stop(100)));
});

const certificate = new X509Certificate(certificates.client.cert).fingerprint256.replaceAll(":", "").toLowerCase();
const token = "token-of-the-leader";

test.each<[string, string | CallerProof, readonly string[]]>([
  ["a token, as text", token, ["none+token", "client+token", "other+token"]],
  ["a token", { token }, ["none+token", "client+token", "other+token"]],
  ["a certificate", { certificate }, ["client", "client+token"]],
  ["both", { token, certificate }, ["client+token"]],
])("%s: exactly those who show it are let in", async (_, leader, allowed) => {
  const app = newApp(() => undefined);
  app.get("/", ...guard({ crypto: nodeCrypto, callers: { leader }, limits: httpLimits }, "leader", 100), (c) =>
    c.text("in"),
  );
  const options = { hostname: "127.0.0.1", port: 0, tls: () => certificates.server };
  const here = await listen(app, httpLimits, options);
  listening.push(here);
  const admitted: string[] = [];
  for (const [name, transport] of Object.entries(transports))
    for (const shown of [undefined, token, `${token}x`]) {
      const headers: Record<string, string> = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
      const { status } = await transport.send({ method: "GET", url: `https://localhost:${here.port}/`, headers });
      expect([200, 401]).toContain(status);
      if (status === 200)
        admitted.push(shown === undefined ? name : shown === token ? `${name}+token` : `${name}+wrong`);
    }
  expect([...new Set(admitted.map((one) => one.replace("+wrong", "")))].sort()).toEqual([...allowed].sort());
  // Without a socket nobody has a certificate.
  const bare = await app.request("/", { headers: { authorization: `Bearer ${token}` } });
  expect(bare.status).toBe(typeof leader === "string" || leader.certificate === undefined ? 200 : 401);
});

test("a route whose caller has nothing to show refuses everyone", async () => {
  const app = newApp(() => undefined);
  app.get("/", ...guard({ crypto: nodeCrypto, callers: {}, limits: httpLimits }, "leader", 100), (c) => c.text("in"));
  expect((await app.request("/", { headers: { authorization: "Bearer undefined" } })).status).toBe(401);
});
