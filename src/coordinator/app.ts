// The coordinator over HTTP: the JSON routes of the table, and DAP's upload resource in bytes.
import type { Hono } from "hono";
import { maskedMessagePath } from "../api/masked.ts";
import { openApi } from "../api/openapi.ts";
import { coordinatorRoutes } from "../api/routes.ts";
import type { TrainingAction } from "../api/training.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import {
  type Access,
  type ErrorLog,
  guard,
  httpLimits,
  type MountedRequest,
  mount,
  newApp,
  openToPages,
} from "../http/app.ts";
import { hpkeResource, uploadResource } from "../http/dap.ts";
import type { Probes } from "../http/health.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Meter } from "../ports/meter.ts";
import { TaskId } from "../protocol/dap/basics.ts";
import { requestSchema } from "../query/question/request.ts";
import type { HeadsDocument } from "../release/heads.ts";
import { encodeBundle } from "../task/bundle.ts";
import type { CoordinatorService } from "./service.ts";

export interface CoordinatorAppParts {
  readonly service: CoordinatorService;
  readonly crypto: Crypto;
  readonly analystToken: string;
  /** The one that this coordinator shows to the helper: the helper shows it when it asks back. Undefined where there is none. */
  readonly helperToken: string | undefined;
  /** Where left out, nobody is the operator over HTTP. */
  readonly operatorToken?: string | undefined;
  /** Counts what is refused. */
  readonly meter?: Meter | undefined;
  readonly version: string;
  readonly log: ErrorLog;
  /** What /health asks. */
  readonly probes?: Probes;
}

export function coordinatorApp(parts: CoordinatorAppParts): Hono {
  const { service, crypto, analystToken, helperToken, version, log, probes } = parts;
  const app = newApp(log, { ...probes, ledger: service.probeLedger }, parts.meter);
  const access = {
    crypto,
    callers: { analyst: analystToken, helper: helperToken, operator: parts.operatorToken },
    limits: httpLimits,
  };
  const document = openApi("Paceline coordinator", version, coordinatorRoutes, {
    ask: requestSchema,
    explain: requestSchema,
  });
  const task = (parameters: Readonly<Record<string, string>>) => TaskId.fromText(parameters.task ?? "");
  app.get("/openapi.json", (c) => c.json(document));
  hpkeResource(app, () => [service.receiving()]);
  mount(app, coordinatorRoutes.tasks, access, registerAnswer(service));
  mount(app, coordinatorRoutes.ask, access, ({ body }) => service.ask(body));
  trainingResources(app, service, access);
  maskedResources(app, service, access);
  mount(app, coordinatorRoutes.explain, access, ({ body }) => service.explain(body));
  mount(app, coordinatorRoutes.collect, access, async ({ parameters }) => ({
    release: toBase64Url(await service.collect(task(parameters))),
  }));
  mount(app, coordinatorRoutes.release, access, async ({ parameters }) => ({
    release: toBase64Url(await service.release(task(parameters))),
  }));
  mount(app, coordinatorRoutes.bundle, access, async ({ parameters }) => {
    const text = encodeBundle(await service.bundle(task(parameters)));
    return new Response(text, { headers: { "content-type": "application/json" } });
  });
  mount(app, coordinatorRoutes.questions, access, ({ query }) => {
    const before = query("before");
    return service.analyst.questions(before === undefined ? undefined : TaskId.fromText(before));
  });
  mount(app, coordinatorRoutes.question, access, ({ parameters }) => service.analyst.question(task(parameters)));
  mount(app, coordinatorRoutes.metrics, access, async () => service.analyst.metrics());
  mount(app, coordinatorRoutes.budget, access, () => service.budget());
  mount(app, coordinatorRoutes.operatorTasks, access, async () => ({ tasks: await service.operatorTasks() }));
  mount(app, coordinatorRoutes.operatorTask, access, ({ parameters }) => service.operatorTask(task(parameters)));
  mount(app, coordinatorRoutes.retry, access, async ({ parameters }) => ({
    jobs: await service.retry(task(parameters)),
  }));
  mount(app, coordinatorRoutes.close, access, async ({ parameters }) => ({
    closes: await service.close(task(parameters)),
  }));
  mount(app, coordinatorRoutes.end, access, async ({ parameters }) => ({
    closes: await service.end(task(parameters)),
  }));
  mount(app, coordinatorRoutes.ledger, access, () => service.ledger());
  mount(app, coordinatorRoutes.helperLedger, access, () => service.ledger());
  mount(app, coordinatorRoutes.keys, access, () => service.keys());
  mount(app, coordinatorRoutes.heads, access, ({ body }) => service.heads(body as HeadsDocument));
  mount(app, coordinatorRoutes.audit, access, async ({ parameters }) => {
    const text = parameters.index ?? "";
    if (!/^(0|[1-9]\d{0,14})$/.test(text)) fail("invalid_message", "a leaf's index is a natural number");
    const index = Number(text);
    const { leaf, root, proof, signature, ...rest } = await service.audit(index);
    return {
      ...rest,
      leaf: toBase64Url(leaf),
      root: toBase64Url(root),
      proof: proof.map((hash) => toBase64Url(hash)),
      signature: toBase64Url(signature),
    };
  });
  mount(app, coordinatorRoutes.withdraw, access, ({ body, parameters }) =>
    service.withdraw(task(parameters), fromBase64Url((body as { secret: string }).secret)),
  );
  uploadResource(app, guard(access, "anyone", httpLimits.uploadBytesMax), (id, body) => service.upload(id, body));
  return app;
}

function trainingResources(app: Hono, { trainings, checkLedger }: CoordinatorService, access: Access): void {
  const run = (parameters: Readonly<Record<string, string>>) => parameters.run ?? "";
  mount(app, coordinatorRoutes.train, access, async ({ body }) => {
    checkLedger();
    return await trainings.begin((body as { training: unknown }).training);
  });
  mount(app, coordinatorRoutes.trainings, access, async () => ({ trainings: await trainings.all() }));
  mount(app, coordinatorRoutes.training, access, ({ parameters }) => trainings.one(run(parameters)));
  mount(app, coordinatorRoutes.steer, access, async ({ body, parameters }) => {
    checkLedger();
    return await trainings.steer(run(parameters), body as TrainingAction);
  });
  mount(app, coordinatorRoutes.model, access, async ({ parameters }) => ({
    model: await trainings.model(run(parameters)),
  }));
  // Bytes, as DAP's resources: what devices hold against the hash in a signed manifest, by which it is named and never changes.
  const weights = "/v1/models/:hash";
  openToPages(app, "GET", weights);
  app.get(weights, ...guard(access, "anyone", access.limits.bodyBytesMax), async (c) => {
    const bytes = await trainings.weights(c.req.param("hash"));
    const headers = { "content-type": OCTETS, "cache-control": "public, max-age=86400, immutable" };
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
  });
}

const MASKED_KEY_BYTES = 32;

/** What members of masked rounds ask and send. */
function maskedResources(app: Hono, { masked, checkLedger }: CoordinatorService, access: Access): void {
  const of = ({ task = "", key = "" }: Readonly<Record<string, string>>) => {
    const bytes = fromBase64Url(key);
    if (bytes.length !== MASKED_KEY_BYTES) fail("not_found", "a member's key has 32 bytes");
    return { task: TaskId.fromText(task), key: bytes };
  };
  mount(app, coordinatorRoutes.maskedRounds, access, async () => {
    checkLedger();
    return { rounds: await masked.list() };
  });
  mount(app, coordinatorRoutes.maskedMember, access, async ({ parameters }) => {
    checkLedger();
    const { task, key } = of(parameters);
    return await masked.view(task, key);
  });
  // Bytes, as an upload: a masked vector is as long as the model.
  const path = maskedMessagePath.replaceAll(/\{(\w+)\}/g, ":$1");
  openToPages(app, "POST", path);
  app.post(path, ...guard(access, "anyone", access.limits.uploadBytesMax), async (c) => {
    if (c.req.header("content-type") !== OCTETS) fail("invalid_message", `this resource takes ${OCTETS}`);
    checkLedger();
    const { task, key } = of(c.req.param());
    return c.json(await masked.take(task, key, new Uint8Array(await c.req.arrayBuffer())));
  });
}

const OCTETS = "application/octet-stream";

/** Every phone asks every day: what is between may keep the answer for a while, and one that has it gets none. */
function registerAnswer(service: CoordinatorService) {
  return async ({ query, header }: MountedRequest): Promise<Response> => {
    const { body, etag } = await service.register(query("after"));
    const headers = { etag, "cache-control": "public, max-age=30" };
    const held = (header("if-none-match") ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
    if (held.includes(etag)) return new Response(null, { status: 304, headers });
    return new Response(body, { headers: { ...headers, "content-type": "application/json" } });
  };
}
