// GET /metrics on an address of its own: a service's numbers for its operator, who alone reaches it. What members sent is in none
// of them but as counts of requests. Names are OpenTelemetry's where it has some, and begin with paceline_ elsewhere.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Hono } from "hono";
import { httpLimits } from "../../http/app.ts";
import { type Listening, listen } from "../../http/listen.ts";
import { type Family, measured } from "../../http/prometheus.ts";
import { version } from "../version.ts";
import type { CoordinatorConfig } from "./config.ts";

interface Watched {
  readonly store: { size(): Promise<number> };
  readonly log: { lost(): number };
  readonly running: Pick<Listening, "health" | "stop">;
}

const TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** @throws PacelineError policy_refused for an address that others reach, unless the configuration says who does */
export async function serveMetrics(
  { metrics, listen: { tls } }: Pick<CoordinatorConfig, "metrics" | "listen">,
  role: string,
  requests: readonly Family[],
  watched: Watched,
): Promise<Listening | undefined> {
  if (metrics === undefined) return undefined;
  const families = [...requests, ...ofProcess(role), ...ofService(watched, tls?.certificate)];
  const app = new Hono();
  app.get("/metrics", async () => {
    const texts = await Promise.all(families.map((family) => family.text()));
    return new Response(texts.join(""), { headers: { "content-type": TYPE } });
  });
  // Here too: a worker has no other address, and a service that is being stopped lets nobody in at its own.
  app.get("/healthz", () => Response.json({ ok: true }));
  app.get("/readyz", () => watched.running.health());
  const { hostname, port, closedNetwork } = metrics;
  try {
    return await listen(app, httpLimits, { hostname, port, behindProxy: closedNetwork });
  } catch (error) {
    // A service whose operator sees nothing of it does not run on unseen.
    await watched.running.stop(0);
    throw error;
  }
}

function ofProcess(role: string): readonly Family[] {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const delayed = (name: string, help: string, nanoseconds: () => number) =>
    measured("gauge", `nodejs_eventloop_delay_${name}_seconds`, help, () => [[{}, nanoseconds() / 1e9]]);
  return [
    measured("gauge", "target_info", "Which service this is.", () => [
      [{ service_name: `paceline-${role}`, service_version: version }, 1],
    ]),
    measured("counter", "process_cpu_time_seconds_total", "CPU seconds, of all threads.", () => {
      const { user, system } = process.cpuUsage();
      return [
        [{ cpu_mode: "user" }, user / 1e6],
        [{ cpu_mode: "system" }, system / 1e6],
      ];
    }),
    measured("gauge", "process_memory_usage_bytes", "Physical memory in use.", () => [[{}, process.memoryUsage.rss()]]),
    measured("gauge", "process_uptime_seconds", "Since the process started.", () => [[{}, process.uptime()]]),
    delayed("p50", "Delay of the event loop, median since the start.", () => delay.percentile(50)),
    delayed("p99", "Delay of the event loop, 99th percentile since the start.", () => delay.percentile(99)),
  ];
}

function ofService({ store, log, running }: Watched, certificate: string | undefined): readonly Family[] {
  const problems = async (): Promise<readonly { readonly part: string; readonly code: string }[]> => {
    const said = (await (await running.health()).json()) as { problems?: readonly { part: string; code: string }[] };
    return said.problems ?? [];
  };
  return [
    measured("gauge", "paceline_ready", "1 when every part of the service can do its work.", async () => [
      [{}, (await problems()).length === 0 ? 1 : 0],
    ]),
    measured("gauge", "paceline_trouble", "1 for each part of the service that cannot, by code.", async () =>
      (await problems()).map(({ part, code }) => [{ part, code }, 1] as const),
    ),
    measured("gauge", "paceline_database_size_bytes", "What the database holds.", async () => [
      [{}, await store.size()],
    ]),
    measured("gauge", "paceline_log_lost_lines", "Lines of the log that could not be written.", () => [
      [{}, log.lost()],
    ]),
    ...(certificate === undefined
      ? []
      : [
          measured(
            "gauge",
            "paceline_certificate_not_after_seconds",
            "When its certificate ends, in Unix time.",
            () => [[{}, new X509Certificate(readFileSync(certificate)).validToDate.getTime() / 1000]],
          ),
        ]),
  ];
}
