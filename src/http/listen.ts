// Listening on a port and leaving it: nobody new is let in, what was begun is finished, and who keeps a connection is told with the
// next answer that it is the last one.
import type { Server, ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { PacelineError } from "../base/errors.ts";
import type { HttpLimits } from "./app.ts";
import type { Direct } from "./direct.ts";
import { READINESS, stoppingHealth } from "./health.ts";
import { newIntake } from "./intake.ts";
import { routesOf } from "./observed.ts";
import { closeWhenUnread } from "./parting.ts";
import { type ListenOptions, newServer } from "./server.ts";
import { boundSockets } from "./sockets.ts";

export interface Listening {
  /** 0 where it listens nowhere: a worker. */
  readonly port: number;
  /**
   * Takes no new connections, and answers what comes on those there are, each answer its connection's last. What is left after
   * `graceMs`, or when `cut` is aborted, is cut. Its own health says at once that it is not ready.
   */
  stop(graceMs: number, cut?: AbortSignal): Promise<void>;
  /** What its own /health answers now. */
  health(): Promise<Response>;
}

/** A service of a process that takes no requests: its health is told at the address of its metrics. */
export function listenNowhere(app: Hono): Listening {
  let stopping = false;
  return {
    port: 0,
    async stop() {
      stopping = true;
    },
    health: async () => (stopping ? stoppingHealth() : await app.request("/health")),
  };
}

/** @param direct is asked first @throws PacelineError policy_refused for plain HTTP beyond this machine */
export async function listen(
  app: Hono,
  limits: HttpLimits,
  options: ListenOptions,
  direct: Direct = () => false,
): Promise<Listening> {
  const { hostname, port, behindProxy = false } = options;
  let stopping = false;
  const running = new Set<ServerResponse>();
  const fetch = (...[request, ...more]: Parameters<typeof app.fetch>) => {
    const asks = stopping && READINESS.some((path) => new URL(request.url).pathname === path);
    return asks ? stoppingHealth() : app.fetch(request, ...more);
  };
  const usual = getRequestListener(fetch, { hostname });
  const server = newServer(limits, options);
  const routeOf = routesOf(app.routes.map(({ path }) => path));
  return await new Promise((resolve, reject) => {
    const intake = newIntake(limits, behindProxy);
    server.once("close", intake.stop);
    boundSockets(server, limits, behindProxy, (request, response) => {
      options.observe?.(request, response, routeOf);
      if (stopping) response.shouldKeepAlive = false;
      running.add(response);
      response.once("close", () => running.delete(response));
      if (!intake.admit(request, response)) return;
      closeWhenUnread(request, response);
      direct(request, response) || usual(request, response);
    });
    server.on("error", (cause: NodeJS.ErrnoException) => {
      const error = new PacelineError(
        "conflict",
        `${hostname}:${port} cannot be listened on: ${cause.code ?? cause.message}`,
        {
          hint: "Another process may have the port; choose another in the configuration, or 0 for any.",
          cause,
        },
      );
      reject(error);
    });
    // Who comes while this process is busy waits in the system's queue. Where that is full a peer may believe itself connected, and
    // nobody ever hears what it says: Node's own 511 are fewer than the connections that are let in here.
    server.listen({ port, host: hostname, backlog: limits.connectionsMax }, () => {
      const address = server.address();
      const taken = typeof address === "object" && address !== null ? address.port : port;
      resolve({
        port: taken,
        stop(graceMs, cut) {
          stopping = true;
          for (const response of running) response.shouldKeepAlive = false;
          return stop(server, graceMs, cut);
        },
        health: async () => (stopping ? stoppingHealth() : await app.request("/health")),
      });
    });
  });
}

/** A request that was sent on a kept connection before its end was heard of is read and answered: so long it may be on its way. */
const LINGER_MS = 300;

function stop(server: Server, graceMs: number, cut?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const since = performance.now();
    const idle = setInterval(() => {
      if (performance.now() - since > LINGER_MS) server.closeIdleConnections();
    }, 25);
    const closeAll = () => server.closeAllConnections();
    const hard = setTimeout(closeAll, graceMs);
    cut?.addEventListener("abort", closeAll);
    if (cut?.aborted === true) closeAll();
    // The server's own close would at once end every connection on which nothing was read yet.
    NetServer.prototype.close.call(server, () => {
      clearInterval(idle);
      clearTimeout(hard);
      cut?.removeEventListener("abort", closeAll);
      resolve();
    });
  });
}
