// Listening on a port and leaving it: late requests are cut, running ones finish, then the socket closes.
import type { Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { PacelineError } from "../base/errors.ts";
import type { HttpLimits } from "./app.ts";
import type { Direct } from "./direct.ts";
import { newIntake } from "./intake.ts";
import { routesOf } from "./observed.ts";
import { type ListenOptions, newServer } from "./server.ts";
import { boundSockets, closeWhenUnread } from "./sockets.ts";

export interface Listening {
  readonly port: number;
  /** Refuses new requests, waits for running ones, cuts what is left after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** What its own /health answers now. */
  health(): Promise<Response>;
}

/** @param direct is asked first @throws PacelineError policy_refused for plain HTTP beyond this machine */
export async function listen(
  app: Hono,
  limits: HttpLimits,
  options: ListenOptions,
  direct: Direct = () => false,
): Promise<Listening> {
  const { hostname, port, behindProxy = false } = options;
  const usual = getRequestListener(app.fetch, { hostname });
  const server = newServer(limits, options);
  const routeOf = routesOf(app.routes.map(({ path }) => path));
  return await new Promise((resolve, reject) => {
    const intake = newIntake(limits, behindProxy);
    server.once("close", intake.stop);
    boundSockets(server, limits, behindProxy, (request, response) => {
      options.observe?.(request, response, routeOf);
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
    server.listen(port, hostname, () => {
      const address = server.address();
      const taken = typeof address === "object" && address !== null ? address.port : port;
      resolve({
        port: taken,
        stop: (graceMs) => stop(server, graceMs),
        health: async () => await app.request("/health"),
      });
    });
  });
}

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 25);
    const hard = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(hard);
      resolve();
    });
  });
}
