// Requests as a service's operator counts them: by the route of the table that they met, never by their path, which names
// tasks. Names are OpenTelemetry's (semantic conventions for HTTP servers).
import { type Family, measured, newHistogram } from "./prometheus.ts";

/** What is looked at of Node's, whose types an app that compiles against these entries need not have. */
export interface ObservedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

export interface ObservedResponse {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  once(event: "close", listener: () => void): unknown;
}

/** Told of every request as it begins. */
export type Observer = (request: ObservedRequest, response: ObservedResponse, routeOf: RouteOf) => void;

/** The route of a path, such as /tasks/{task}/reports; undefined for a path that meets none. */
export type RouteOf = (path: string) => string | undefined;

const METHODS = new Set(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]);
/** Seconds; the convention's advice for http.server.request.duration. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** @param patterns as Hono writes them: /tasks/:task/reports */
export function routesOf(patterns: Iterable<string>): RouteOf {
  const byLength = new Map<number, { readonly parts: readonly string[]; readonly name: string }[]>();
  for (const pattern of new Set(patterns)) {
    if (pattern.includes("*")) continue;
    const parts = pattern.split("/");
    const same = byLength.get(parts.length) ?? [];
    same.push({ parts, name: pattern.replaceAll(/:(\w+)/g, "{$1}") });
    byLength.set(parts.length, same);
  }
  return (path) => {
    const parts = path.split("/");
    return byLength
      .get(parts.length)
      ?.find((one) => one.parts.every((part, i) => (part.startsWith(":") ? parts[i] !== "" : part === parts[i])))?.name;
  };
}

/** Counts requests. `families` are for a scrape. */
export function newObserver(): { readonly observe: Observer; readonly families: readonly Family[] } {
  let active = 0;
  const duration = newHistogram("http_server_request_duration_seconds", "Duration of HTTP server requests.", BOUNDS);
  const running = measured("gauge", "http_server_active_requests", "Requests that wait for their answer.", () => [
    [{}, active],
  ]);
  return {
    families: [duration, running],
    observe(request, response, routeOf) {
      const began = performance.now();
      active += 1;
      response.once("close", () => {
        active -= 1;
        const route = routeOf((request.url ?? "").split("?", 1)[0] ?? "");
        const { method = "" } = request;
        duration.observe(
          {
            http_request_method: METHODS.has(method) ? method : "_OTHER",
            ...(route !== undefined && { http_route: route }),
            // Whoever leaves before the answer has had none.
            ...(response.writableFinished
              ? { http_response_status_code: String(response.statusCode) }
              : { error_type: "aborted" }),
          },
          (performance.now() - began) / 1000,
        );
      });
    },
  };
}
