// The OpenAPI 3.1 document, generated from the route table.
import * as z from "zod/mini";
import type { Route } from "./routes.ts";

type Document = { readonly [key: string]: unknown };

export function openApi(title: string, version: string, routes: Readonly<Record<string, Route>>): Document {
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
    const content = (schema: z.ZodMiniType) => ({ "application/json": { schema: z.toJSONSchema(schema) } });
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: {
        operationId,
        summary: route.summary,
        ...(route.caller === "anyone" ? {} : { security: [{ bearer: [] }] }),
        ...(parameters.length === 0 ? {} : { parameters }),
        ...(route.request === undefined ? {} : { requestBody: { required: true, content: content(route.request) } }),
        responses: {
          "200": { description: "As asked", content: content(route.response) },
          default: { description: "A problem document (RFC 9457)" },
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
