import { describe, expect, test } from "vitest";
import { openApi } from "../../src/api/openapi.ts";
import { coordinatorRoutes, helperRoutes, type Route } from "../../src/api/routes.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: object }> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly securitySchemes: Record<string, { readonly type: string }> };
}

describe.each([
  ["coordinator", coordinatorRoutes as Record<string, Route>],
  ["helper", helperRoutes as Record<string, Route>],
])("the %s's document", (name, routes) => {
  const document = openApi(name, "1.2.3", routes) as unknown as Document;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

  test("has the parts that OpenAPI 3.1 asks for, in plain JSON", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toEqual({ title: name, version: "1.2.3" });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  test("lists every route once, with its own caller, parameters and bodies", () => {
    expect(operations).toHaveLength(Object.keys(routes).length);
    expect(new Set(operations.map(({ operation }) => operation.operationId))).toEqual(new Set(Object.keys(routes)));
    for (const { path, method, operation } of operations) {
      const route = routes[operation.operationId] as Route;
      expect([path, method]).toEqual([route.path, route.method.toLowerCase()]);
      expect(operation.summary).toBe(route.summary);
      expect(operation.security !== undefined).toBe(route.caller !== "anyone");
      const templated = [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one);
      const of = (place: string) => (operation.parameters ?? []).filter((one) => one.in === place);
      expect(of("path").map((one) => one.name)).toEqual(templated);
      expect(of("path").every((one) => one.required)).toBe(true);
      expect(of("query").map((one) => one.name)).toEqual(Object.keys(route.query ?? {}));
      expect(of("query").some((one) => one.required)).toBe(false);
      expect(operation.requestBody !== undefined).toBe(route.request !== undefined);
      expect(operation.responses["200"]?.content?.["application/json"]?.schema).toBeTypeOf("object");
      expect(operation.responses.default?.description).toContain("9457");
    }
  });

  test("every security requirement names a scheme that is there", () => {
    const schemes = Object.keys(document.components.securitySchemes);
    for (const { operation } of operations)
      for (const requirement of operation.security ?? [])
        expect(schemes).toEqual(expect.arrayContaining(Object.keys(requirement)));
  });
});
