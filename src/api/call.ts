// A typed caller over the Transport port: what a route's table row promises is what is sent and what comes back.

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import * as z from "../base/schema.ts";
import type { Transport } from "../ports/transport.ts";
import { decodeProblem } from "./problem.ts";
import type { Route } from "./routes.ts";

export interface Service {
  readonly transport: Transport;
  /** Without a trailing slash. */
  readonly url: string;
  /** Bearer token, for routes that are not for anyone. */
  readonly token?: string;
}

interface CallOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  /** Of the route's `query`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** @throws PacelineError the service's own, or unavailable, or invalid_message when the answer is not as promised */
export async function call<R extends Route>(
  service: Service,
  route: R,
  { parameters = {}, query = {}, body }: CallOptions = {},
): Promise<z.infer<R["response"]>> {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ""));
  const asked = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join("="));
  const headers: Record<string, string> = { accept: "application/json" };
  if (service.token !== undefined && route.caller !== "anyone") headers.authorization = `Bearer ${service.token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await service.transport.send({
    method: route.method,
    url: `${service.url}${path}${asked.length === 0 ? "" : `?${asked.join("&")}`}`,
    headers,
    ...(body === undefined ? {} : { body: utf8(JSON.stringify(body)) }),
  });
  if (response.status >= 300) throw decodeProblem(response.status, response.body);
  const json = parseJson(fromUtf8(response.body), `the answer of ${route.method} ${route.path}`);
  const parsed = z.safeParse(route.response, json);
  if (!parsed.success)
    fail(
      "invalid_message",
      `${route.method} ${route.path} answered with a wrong ${parsed.error.issues[0]?.path.join(".") || "document"}`,
    );
  return parsed.data as z.infer<R["response"]>;
}
