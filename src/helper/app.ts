// The helper over HTTP: DAP's resources in bytes, and the JSON routes of the table. For the leader only, but for what
// devices take back.
import type { Hono } from "hono";
import { openApi } from "../api/openapi.ts";
import { helperRoutes } from "../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { type ErrorLog, guard, httpLimits, mount, newApp } from "../http/app.ts";
import { createdResource, hpkeResource } from "../http/dap.ts";
import type { Probes } from "../http/health.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Meter } from "../ports/meter.ts";
import { TaskId } from "../protocol/dap/basics.ts";
import type { HeadsDocument } from "../release/heads.ts";
import type { HelperService } from "./service.ts";

export interface HelperAppParts {
  readonly service: HelperService;
  readonly crypto: Crypto;
  readonly leaderToken: string;
  /** SHA-256 of the certificate that the leader has to show besides, in hex. */
  readonly leaderCertificate?: string | undefined;
  /** Where left out, nobody is the operator over HTTP. */
  readonly operatorToken?: string | undefined;
  /** Counts what is refused. */
  readonly meter?: Meter | undefined;
  readonly version: string;
  readonly log: ErrorLog;
  /** What /health asks. */
  readonly probes?: Probes;
}

export function helperApp(parts: HelperAppParts): Hono {
  const { service, crypto, leaderToken: token, leaderCertificate: certificate, version, log, probes } = parts;
  const app = newApp(log, { ...probes, ledger: service.probeLedger }, parts.meter);
  const access = {
    crypto,
    callers: { leader: { token, certificate }, operator: parts.operatorToken },
    limits: httpLimits,
  };
  const document = openApi("Paceline helper", version, helperRoutes);
  app.get("/openapi.json", (c) => c.json(document));
  hpkeResource(app, () => [service.receiving()]);
  mount(app, helperRoutes.sign, access, async ({ body }) => {
    const { manifest } = body as { manifest: string };
    const { signature, verifyKey } = await service.sign(fromBase64Url(manifest));
    return { signature: toBase64Url(signature), verifyKey: toBase64Url(verifyKey) };
  });
  mount(app, helperRoutes.check, access, async ({ body }) => {
    const approval = await service.check(fromBase64Url((body as { manifest: string }).manifest));
    return { approval };
  });
  mount(app, helperRoutes.release, access, async ({ body }) => ({
    released: await service.release(TaskId.decode(fromBase64Url((body as { task: string }).task))),
  }));
  const task = (parameters: Readonly<Record<string, string>>) => TaskId.fromText(parameters.task ?? "");
  mount(app, helperRoutes.withdraw, access, ({ body, parameters }) =>
    service.withdraw(task(parameters), fromBase64Url((body as { secret: string }).secret)),
  );
  mount(app, helperRoutes.exchangeWithdrawals, access, async ({ body, parameters }) => {
    const { secrets, after } = body as { secrets: readonly string[]; after: string | null };
    const from = after === null ? undefined : fromBase64Url(after);
    const own = await service.exchangeWithdrawals(task(parameters), secrets.map(fromBase64Url), from);
    return {
      collected: own.collected,
      secrets: own.secrets.map((secret) => toBase64Url(secret)),
      next: own.next === undefined ? null : toBase64Url(own.next),
    };
  });
  mount(app, helperRoutes.approval, access, async ({ body }) => {
    const { state, reason } = await service.approval(fromBase64Url((body as { manifest: string }).manifest));
    return { state, reason };
  });
  mount(app, helperRoutes.operatorTasks, access, async () => ({ tasks: await service.operatorTasks() }));
  mount(app, helperRoutes.operatorTask, access, ({ parameters }) => service.operatorTask(task(parameters)));
  mount(app, helperRoutes.retry, access, async ({ parameters }) => ({ jobs: await service.retry(task(parameters)) }));
  mount(app, helperRoutes.end, access, async ({ parameters }) => ({ closes: await service.end(task(parameters)) }));
  mount(app, helperRoutes.close, access, async ({ parameters }) => ({ closes: await service.end(task(parameters)) }));
  mount(app, helperRoutes.decide, access, async ({ body, parameters }) => {
    const { approve, reason } = body as { approve: boolean; reason: string | null };
    return await service.decide(task(parameters), approve, reason);
  });
  mount(app, helperRoutes.partner, access, async () => service.partner());
  mount(app, helperRoutes.keys, access, () => service.keys());
  mount(app, helperRoutes.heads, access, ({ body }) => service.heads(body as HeadsDocument));
  mount(app, helperRoutes.ledger, access, () => service.ledger());
  const jobs = { crypto, guards: guard(access, "leader", httpLimits.jobBytesMax) };
  createdResource(app, "aggregation_jobs", jobs, {
    create: (task, body) => service.aggregationJob(task, body),
    read: (task, id) => service.jobAnswer(task, id),
    remove: (task, id) => service.forgetJob(task, id),
  });
  const shares = { crypto, guards: guard(access, "leader", httpLimits.bodyBytesMax) };
  createdResource(app, "aggregate_shares", shares, {
    create: (task, body) => service.aggregateShare(task, body),
    read: (task, id) => service.shareAgain(task, id),
    // The noised share itself stays: it is drawn once, and nothing that a leader sends may have it drawn anew.
    remove: async (task, id) => void (await service.shareRequested(task, id)),
  });
  return app;
}
