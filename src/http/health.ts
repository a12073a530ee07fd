// GET /health and /readyz: whether the service can do its work now, and which part of it cannot. For a load balancer and an operator;
// anyone may ask, so it names codes of the error registry and nothing else. GET /healthz: whether the process answers at all;
// a supervisor that starts it anew for anything else would not mend it.
import type { Hono } from "hono";
import { classOf } from "../base/error-registry.ts";
import { type ErrorCode, isPacelineError } from "../base/errors.ts";

/** Asks one part of a service; what it throws is what is wrong. */
export type Probe = () => Promise<void>;
export type Probes = Readonly<Record<string, Probe>>;

/** Where a process says that it answers at all. */
export const ALIVE = "/healthz";

/** Probes may write to disk or ask another service: strangers make them do so this often at most. */
const EVERY_MS = 1000;

export function healthResource(app: Hono, probes: Probes): void {
  let last: { readonly at: number; readonly problems: Promise<readonly object[]> } | undefined;
  app.get(ALIVE, () => Response.json({ ok: true }));
  const ready = async () => {
    const now = performance.now();
    if (last === undefined || now - last.at > EVERY_MS) last = { at: now, problems: ask(probes) };
    const problems = await last.problems;
    if (problems.length === 0) return Response.json({ ok: true });
    return Response.json({ ok: false, problems }, { status: 503 });
  };
  for (const path of READINESS) app.get(path, ready);
}

/** Where readiness is told. */
export const READINESS = ["/health", "/readyz"] as const;

/** What a service that is being stopped says of itself, whatever its parts can do. */
export const stoppingHealth = (): Response =>
  Response.json({ ok: false, problems: [{ part: "process", ...problemOf("unavailable") }] }, { status: 503 });

const problemOf = (code: ErrorCode) => ({ code, title: classOf({ code }).title });

async function ask(probes: Probes): Promise<readonly object[]> {
  const problems: object[] = [];
  for (const [part, probe] of Object.entries(probes))
    try {
      await probe();
    } catch (error) {
      const code: ErrorCode = isPacelineError(error) ? error.code : "internal";
      problems.push({ part, ...problemOf(code) });
    }
  return problems;
}
