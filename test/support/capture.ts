// What crosses a socket, taken down byte by byte between a client and the services, and taken apart again as HTTP/1.1.
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { concat, fromUtf8 } from "../../src/base/bytes.ts";
import { nodeTransport } from "../../src/platform/node/index.ts";
import type { Transport, TransportRequest } from "../../src/ports/transport.ts";

export interface Captured {
  readonly method: string;
  /** The address that the client meant. */
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface Capture {
  /** For a client: what it sends goes through sockets. */
  readonly transport: Transport;
  /** Everything that was sent so far, in order of connection. */
  requests(): readonly Captured[];
  close(): Promise<void>;
}

/**
 * @param origins of the services, which `serve` answers
 * @param seen called with a whole request before it is answered; false: it gets no answer
 */
export async function capturing(
  origins: readonly string[],
  serve: Transport,
  seen: (request: TransportRequest) => Promise<boolean>,
): Promise<Capture> {
  const streams: Uint8Array[][] = [];
  const sockets = new Set<Socket>();
  const meant = (path: string) => {
    const [, index = "0", rest = "/"] = /^\/(\d)(\/.*)$/.exec(path) ?? [];
    return `${origins[Number(index)]}${rest}`;
  };
  const http = createHttpServer(async (request, response) => {
    // The services say their own time.
    response.sendDate = false;
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const body = concat(...parts);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, `${value}`]));
    const whole = { method: request.method as "GET", url: meant(request.url ?? ""), headers };
    const asked: TransportRequest = body.length === 0 ? whole : { ...whole, body };
    if (!(await seen(asked))) {
      response.destroy();
      return;
    }
    const answer = await serve.send(asked);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const port = await listening(http);
  const proxy = createServer((socket) => {
    const taken: Uint8Array[] = [];
    streams.push(taken);
    const through = connect(port, "127.0.0.1");
    for (const each of [socket, through]) sockets.add(each);
    socket.on("data", (bytes) => taken.push(bytes));
    socket.pipe(through).pipe(socket);
    socket.on("error", () => through.destroy());
    through.on("error", () => socket.destroy());
    through.on("close", () => socket.destroy());
  });
  const outside = await listening(proxy);
  return {
    transport: {
      async send(request) {
        // A connection each: on a kept one that broke, engines send the same bytes again by themselves, and say nothing of it.
        const sender = nodeTransport();
        const index = origins.findIndex((origin) => request.url.startsWith(origin));
        const rest = request.url.slice((origins[index] ?? "").length);
        try {
          return await sender.send({ ...request, url: `http://127.0.0.1:${outside}/${index}${rest}` });
        } finally {
          sender.close();
        }
      },
    },
    requests: () => streams.flatMap((taken) => parsed(concat(...taken), meant)),
    async close() {
      for (const each of sockets) each.destroy();
      await Promise.all([http, proxy].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

function listening(server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown }) {
  return new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** @throws Error for what is no whole request of a known length: nothing of a stream is passed over */
function parsed(stream: Uint8Array, meant: (path: string) => string): Captured[] {
  const all: Captured[] = [];
  let from = 0;
  while (from < stream.length) {
    const end = endOfHead(stream, from);
    const [first = "", ...lines] = fromUtf8(stream.subarray(from, end)).split("\r\n");
    const [, method = "", path = ""] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
    if (method === "") throw new Error(`no request line: ${first}`);
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    if (headers.has("transfer-encoding")) throw new Error("a body of unknown length");
    const bodyFrom = end + 4;
    const bodyTo = bodyFrom + Number(headers.get("content-length") ?? 0);
    if (bodyTo > stream.length) throw new Error("a request that was cut off");
    all.push({ method, url: meant(path), headers, body: stream.subarray(bodyFrom, bodyTo) });
    from = bodyTo;
  }
  return all;
}

function endOfHead(stream: Uint8Array, from: number): number {
  for (let at = from; at + 3 < stream.length; at++)
    if (stream[at] === 13 && stream[at + 1] === 10 && stream[at + 2] === 13 && stream[at + 3] === 10) return at;
  throw new Error("a head without an end");
}
