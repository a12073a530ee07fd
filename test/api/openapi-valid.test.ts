// Both OpenAPI documents, with the bodies that the services put in, by the specification's own schema, as an independent
// validator reads it.
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { openApi } from "../../src/api/openapi.ts";
import { coordinatorRoutes, helperRoutes, type Route } from "../../src/api/routes.ts";
import { requestSchema } from "../../src/query/question/request.ts";

const documents = {
  coordinator: openApi("Paceline coordinator", "1.2.3", coordinatorRoutes, {
    ask: requestSchema,
    explain: requestSchema,
  }),
  helper: openApi("Paceline helper", "1.2.3", helperRoutes as Record<string, Route>),
};
const plain = (document: object): Record<string, unknown> => JSON.parse(JSON.stringify(document));

async function judged(document: Record<string, unknown>) {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  return { valid, errors, version: validator.version };
}

test.each(Object.entries(documents))("the %s's is valid OpenAPI 3.1", async (_, document) => {
  expect(await judged(plain(document))).toEqual({ valid: true, errors: undefined, version: "3.1" });
});

test.each([
  ["an answer without a description", { responses: { "200": {} } }],
  ["a parameter without a name", { parameters: [{ in: "query", schema: {} }] }],
  ["a parameter in no place", { parameters: [{ name: "a", in: "somewhere", schema: {} }] }],
])("%s is found", async (_, fault) => {
  for (const document of Object.values(documents)) {
    const broken = plain(document);
    const operations = Object.values(broken.paths as Record<string, Record<string, object>>)[0] ?? {};
    for (const method of Object.keys(operations)) operations[method] = { ...operations[method], ...fault };
    expect((await judged(broken)).valid).toBe(false);
  }
});
