// The OpenAPI documents against what really crosses the wire: every JSON request and answer of one question and one round
// fits the schema of its route, and a request that the service refuses for its shape fits none.
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { population } from "../../src/simulate/index.ts";
import { encodeBundle, verifyBundle } from "../../src/verify/index.ts";
import { analystToken, leaderToken, newCluster, operatorTokens, urls } from "../support/cluster.ts";
import { maskedDraft, newRegistrarKey, registrarUrl } from "../support/masked.ts";
import { openRound, rawMember } from "../support/masked-members.ts";
import { binsOf } from "../support/questions.ts";

type Body = { readonly content?: Readonly<Record<string, { readonly schema: object }>> };
interface Operation {
  readonly operationId: string;
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const lastDay = 20_480;
const asked = {
  version: 2,
  name: "rhr",
  title: "What is a usual resting heart rate?",
  select: binsOf("rhr", [35, 60, 110]),
  window: { days: 28, end: formatDay(lastDay) },
  daysMin: 7,
  purpose: "service-improvement",
  privacy: { epsilon: "1" },
  minCohort: 20,
};

const registrar = newRegistrarKey();
const cluster = newCluster({ registrar });
const documents: Record<string, Paths> = {};
const schemaOf = (body: Body | undefined, type: string) => {
  const schema = body?.content?.[type]?.schema;
  return schema === undefined ? undefined : z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);
};
const operationOf = (url: string, bodied = false): Operation | undefined => {
  const [origin = "", paths = {}] = Object.entries(documents).find(([one]) => url.startsWith(one)) ?? [];
  const path = url.slice(origin.length).split("?")[0] ?? "";
  const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
  const methods = Object.entries(paths).find(([pattern]) => fits(pattern))?.[1] ?? {};
  return methods[bodied ? "post" : "get"] ?? Object.values(methods)[0];
};

beforeAll(async () => {
  for (const origin of [...Object.values(urls), registrarUrl]) {
    const { body } = await cluster.transport.send({ method: "GET", url: `${origin}/openapi.json`, headers: {} });
    documents[origin] = (JSON.parse(fromUtf8(body)) as { paths: Paths }).paths;
  }
  const analyst = { transport: cluster.transport, url: urls.coordinator, token: analystToken };
  const { explain, ask, train, collect, release, ledger, helperLedger, audit, model, bundle } = coordinatorRoutes;
  const { steer, training, trainings } = coordinatorRoutes;
  const { questions, question, budget, metrics, withdraw, keys } = coordinatorRoutes;
  await call(analyst, explain, { body: asked });
  const { task } = await call(analyst, ask, { body: asked });
  const draft = attendanceDraft({ metrics: ["steps", "visits"], expected: 25, least: 20, rounds: 1 });
  const { run } = await call(analyst, train, { body: { training: { ...draft, end: formatDay(lastDay) } } });
  for (const member of population({ seed: "openapi", members: 25, lastDay })) {
    const client = cluster.client(member);
    await client.consent.grant("service-improvement");
    await client.consent.grant("model-training");
    await client.sync();
  }
  await call(analyst, train, { body: { training: maskedDraft() } });
  const services = {
    ...{ transport: cluster.transport, coordinatorUrl: urls.coordinator },
    keys: { register: cluster.keyrings.coordinator.signer.publicKey, registrar: registrar.signer.publicKey },
  };
  const masked = rawMember(services, await openRound(services), "ann");
  await masked.join();
  await masked.view();
  const nobodys = { secret: "A".repeat(43) };
  await call(analyst, withdraw, { parameters: { task }, body: nobodys });
  await call(analyst, collect, { parameters: { task } });
  await call(analyst, release, { parameters: { task } });
  const handed = encodeBundle(await call(analyst, bundle, { parameters: { task } }));
  expect(utf8(handed)).toEqual(cluster.traffic.at(-1)?.response);
  expect(await verifyBundle(nodeCrypto, handed)).toMatchObject({ task });
  await call(analyst, steer, { parameters: { run }, body: { action: "advance" } });
  await call(analyst, training, { parameters: { run } });
  await call(analyst, trainings);
  await call(analyst, model, { parameters: { run } });
  await call(analyst, questions);
  await call(analyst, question, { parameters: { task } });
  await call(analyst, budget);
  await call(analyst, metrics);
  await call(analyst, ledger);
  await call(analyst, keys);
  await call(analyst, audit, { parameters: { index: "0" } });
  await call({ ...analyst, token: leaderToken }, helperLedger);
  const operator = { ...analyst, token: operatorTokens.coordinator };
  await call(operator, coordinatorRoutes.operatorTasks);
  await call(operator, coordinatorRoutes.operatorTask, { parameters: { task } });
  await call(operator, coordinatorRoutes.retry, { parameters: { task } });
  await call(operator, coordinatorRoutes.close, { parameters: { task } });
  await expect(call(analyst, ask, { body: { ...asked, select: binsOf("resting", [35, 60]) } })).rejects.toThrow(
    "resting",
  );
});

test("every body on a JSON route fits the route's schema", () => {
  const seen = new Set<string>();
  for (const { url, request, response } of cluster.traffic) {
    const operation = operationOf(url, request.length > 0);
    if (operation === undefined) continue;
    const answer: unknown = response.length === 0 ? undefined : JSON.parse(fromUtf8(response));
    const refused = typeof answer === "object" && answer !== null && "type" in answer;
    seen.add(`${refused ? "refused " : ""}${operation.operationId}`);
    const { requestBody, responses } = operation;
    if (requestBody !== undefined)
      expect(
        schemaOf(requestBody, "application/json")?.safeParse(JSON.parse(fromUtf8(request))).error,
        url,
      ).toBeUndefined();
    const expected = refused
      ? schemaOf(responses.default, "application/problem+json")
      : schemaOf(responses["200"], "application/json");
    if (answer !== undefined) expect(expected?.safeParse(answer).error, url).toBeUndefined();
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([...Object.keys(coordinatorRoutes), "sign", "refused ask", "openRound", "joinRound"]),
  );
});

describe("what a request may not be", () => {
  const schema = () => schemaOf(operationOf(`${urls.coordinator}/v1/queries`)?.requestBody, "application/json");

  test("a route with a body has a schema that says something", () => {
    for (const paths of Object.values(documents))
      for (const [path, item] of Object.entries(paths))
        for (const { requestBody } of Object.values(item)) {
          if (requestBody === undefined) continue;
          const { schema } = requestBody.content?.["application/json"] ?? { schema: {} };
          expect(Object.keys(schema), path).toEqual(expect.arrayContaining(["$schema"]));
          expect(Object.keys(schema).length, path).toBeGreaterThan(1);
        }
  });

  test.each([
    ["no question", {}],
    ["an empty text", { sql: "" }],
    ["the form of version 1", { version: 1, metric: "rhr", edges: [35, 60, 110] }],
    ["a field too many", { ...asked, extra: 1 }],
    ["a number as text", { ...asked, daysMin: "7" }],
    ["an ε as a number", { ...asked, privacy: { epsilon: 1 } }],
    ["two budgets", { ...asked, privacy: { epsilon: "1", rho: "1" } }],
    ["no statistic", { ...asked, select: [] }],
  ])("%s", (_, body) => expect(schema()?.safeParse(body).success).toBe(false));

  test.each([asked, { sql: "SELECT AVG(rhr) FROM member_week" }])("%o itself", (body) =>
    expect(schema()?.safeParse(body).success).toBe(true),
  );
});
