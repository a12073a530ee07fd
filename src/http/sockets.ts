// What one connection may hold of a service: how many there are, how many requests wait on one, and how long an answer
// may lie unread. Nothing here depends on what is asked.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { HttpLimits } from "./app.ts";
import { peerOf } from "./client-address.ts";
import { refuseConnection } from "./parting.ts";
import { newPool } from "./pool.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Serves requests with `listener` within the limits; a connection that goes beyond them is cut, one too many refused. */
export function boundSockets(server: Server, limits: HttpLimits, behindProxy: boolean, listener: Listener): void {
  const running = new WeakMap<Socket, number>();
  shareSockets(server, limits.connectionsMax, behindProxy);
  server.timeout = limits.writeMsMax;
  // Nothing was sent or received for a while: a service that still works on its answer may take its time.
  server.on("timeout", (socket) => {
    if ((running.get(socket) ?? 0) === 0) socket.destroy();
  });
  cutUnread(server, limits.writeMsMax);
  server.on("request", (request, response) => {
    const { socket } = request;
    // One packet may hold hundreds of requests: the rest of it is parsed after the socket is gone, or was refused.
    if (socket.destroyed || !socket.writable) return;
    const waiting = (running.get(socket) ?? 0) + 1;
    if (waiting > limits.pipelinedMax) {
      socket.destroy();
      return;
    }
    running.set(socket, waiting);
    response.once("close", () => running.set(socket, (running.get(socket) ?? 1) - 1));
    listener(request, response);
  });
}

const REFUSALS = 64;

/** No address may have all of them. */
function shareSockets(server: Server, most: number, behindProxy: boolean): void {
  const pool = newPool(most);
  // Beyond these the system's connection is closed before anything can be said: a few more are taken, to be refused.
  server.maxConnections = most + REFUSALS;
  server.prependListener("connection", (socket: Socket) => {
    const peer = peerOf(socket, behindProxy);
    if (pool.take(peer, 1)) socket.once("close", () => pool.give(peer, 1));
    else refuseConnection(socket, "setSecureContext" in server);
  });
}

/** Ends connections that had something unread for `ms`: not even one who goes on sending keeps an answer lying here. */
function cutUnread(server: Server, ms: number): void {
  const since = new Map<Socket, number>();
  // Over TLS what lies unread is counted before it is encrypted.
  server.on("setSecureContext" in server ? "secureConnection" : "connection", (socket: Socket) => {
    since.set(socket, Number.POSITIVE_INFINITY);
    socket.once("close", () => since.delete(socket));
  });
  const look = setInterval(() => {
    const now = performance.now();
    for (const [socket, from] of since)
      if (socket.writableLength === 0) since.set(socket, Number.POSITIVE_INFINITY);
      else if (from === Number.POSITIVE_INFINITY) since.set(socket, now);
      else if (now - from > ms) socket.destroy();
  }, ms / 4);
  look.unref();
  server.once("close", () => clearInterval(look));
}
