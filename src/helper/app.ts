// The helper over HTTP: DAP's resources in bytes, and the JSON routes of the table. All of it is for the leader only.
import type { Hono } from "hono";
import { openApi } from "../api/openapi.ts";
import { helperRoutes } from "../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { type ErrorLog, httpLimits, mount, newApp, requireCaller } from "../http/app.ts";
import { dapResource } from "../http/dap.ts";
import type { Crypto } from "../ports/crypto.ts";
import { type HpkeConfig, HpkeConfigList } from "../protocol/dap/hpke-config.ts";
import { mediaType } from "../protocol/dap/http.ts";
import type { HelperService } from "./service.ts";

export interface HelperAppParts {
  readonly service: HelperService;
  readonly crypto: Crypto;
  readonly leaderToken: string;
  readonly hpke: HpkeConfig;
  readonly version: string;
  readonly log: ErrorLog;
}

export function helperApp({ service, crypto, leaderToken, hpke, version, log }: HelperAppParts): Hono {
  const app = newApp(httpLimits, log);
  const access = { crypto, callers: { leader: leaderToken } };
  const document = openApi("Paceline helper", version, helperRoutes);
  app.get("/openapi.json", (c) => c.json(document));
  app.get("/hpke_config", () => {
    const body = HpkeConfigList.encode([hpke]);
    return new Response(body, {
      headers: { "content-type": mediaType("hpke-config-list"), "cache-control": "max-age=3600" },
    });
  });
  mount(app, helperRoutes.sign, access, async ({ body }) => {
    const { manifest } = body as { manifest: string };
    const { signature, verifyKey } = await service.sign(fromBase64Url(manifest));
    return { signature: toBase64Url(signature), verifyKey: toBase64Url(verifyKey) };
  });
  mount(app, helperRoutes.ledger, access, () => service.ledger());
  const leaderOnly = (request: Request) => requireCaller(crypto, request, "leader", access.callers);
  dapResource(
    app,
    "aggregation_jobs",
    "aggregation-job-init-req",
    "aggregation-job-resp",
    async (request, task, body) => {
      await leaderOnly(request);
      return await service.aggregationJob(task, body);
    },
  );
  dapResource(app, "aggregate_shares", "aggregate-share-req", "aggregate-share", async (request, task, body) => {
    await leaderOnly(request);
    return await service.aggregateShare(task, body);
  });
  return app;
}
