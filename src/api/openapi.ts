// The OpenAPI 3.1 document, generated from the route table and the schemas behind it.
import { toJsonSchema } from "../base/json-schema.ts";
import type * as z from "../base/schema.ts";
import { problemSchema, problemType } from "./problem.ts";
import type { Route } from "./routes.ts";

type Document = { readonly [key: string]: unknown };

const json = (schema: z.Schema, io: "input" | "output") => ({
  "application/json": { schema: toJsonSchema(schema, { io }) },
});

/** @param requests what bodies are, by route, where the table cannot know: its room is below theirs */
export function openApi(
  title: string,
  version: string,
  routes: Readonly<Record<string, Route>>,
  requests: Readonly<Record<string, z.Schema>> = {},
): Document {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries(routes)) {
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    }));
    const inQuery = Object.entries(route.query ?? {}).map(([name, description]) => ({
      name,
      in: "query",
      description,
      schema: { type: "string" },
    }));
    const parameters = [...inPath, ...inQuery];
    // What the caller sends: a field with a default may be left out.
    const request = requests[operationId] ?? route.request;
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: {
        operationId,
        summary: route.summary,
        ...(route.caller === "anyone" ? {} : { security: [{ bearer: [] }] }),
        ...(parameters.length === 0 ? {} : { parameters }),
        ...(request === undefined ? {} : { requestBody: { required: true, content: json(request, "input") } }),
        responses: {
          "200": { description: "As asked", content: json(route.response, "output") },
          default: {
            description: "A problem document (RFC 9457)",
            content: { [problemType]: { schema: toJsonSchema(problemSchema) } },
          },
        },
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: { title, version },
    paths,
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  };
}
