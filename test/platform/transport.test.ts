// Both transports against a real server on this machine.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { nodeTransport } from "../../src/platform/node/transport.ts";
import { webTransport } from "../../src/platform/web/transport.ts";
import type { Transport } from "../../src/ports/transport.ts";

type Limits = { timeoutMs?: number; responseBytesMax?: number };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function makeNode(limits: Limits): Transport {
  const transport = nodeTransport(limits);
  cleanups.push(() => transport.close());
  return transport;
}

describe.each([
  ["node", makeNode],
  ["web", webTransport],
] as [string, (limits: Limits) => Transport][])("%s", (_, make) => {
  test("carries method, headers, body and status, byte for byte", async () => {
    const body = new Uint8Array(70_000).map((_, i) => i * 7);
    const url = await serve((request, response) => {
      expect(request.method).toBe("POST");
      expect(request.url).toBe("/tasks/x?step=1");
      expect(request.headers["content-type"]).toBe("application/ppm-dap;message=upload-req");
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        response.writeHead(201, { Location: "/jobs/1", "Content-Type": "application/octet-stream" });
        response.end(Buffer.concat(parts));
      });
    });
    const answer = await make({}).send({
      method: "POST",
      url: `${url}/tasks/x?step=1`,
      headers: { "content-type": "application/ppm-dap;message=upload-req" },
      body,
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe("/jobs/1");
    expect(answer.body.constructor).toBe(Uint8Array);
    expect(answer.body).toEqual(body);
  });

  test("a problem status is an answer, not an error", async () => {
    const url = await serve((_, response) => response.writeHead(503).end());
    const answer = await make({}).send({ method: "GET", url });
    expect(answer.status).toBe(503);
    expect(answer.body.length).toBe(0);
  });

  test("no server: unavailable", async () => {
    const url = await serve(() => {});
    for (const cleanup of cleanups.splice(0)) cleanup();
    await expect(make({}).send({ method: "GET", url })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a server that does not answer in time: unavailable", async () => {
    const url = await serve(() => {});
    await expect(make({ timeoutMs: 50 }).send({ method: "GET", url })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a server that stops in the middle of the body: unavailable", async () => {
    const stall = await serve((_, response) => response.writeHead(200, { "Content-Length": 100 }).write("abc"));
    await expect(make({ timeoutMs: 80 }).send({ method: "GET", url: stall })).rejects.toMatchObject({
      code: "unavailable",
    });
    const cut = await serve((_, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("abc", () => response.destroy());
    });
    await expect(make({}).send({ method: "GET", url: cut })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a body above the limit, declared or not", async () => {
    const url = await serve((request, response) => {
      const body = Buffer.alloc(1001);
      if (request.url === "/declared") response.end(body);
      else {
        response.write(body.subarray(0, 500));
        response.end(body.subarray(500));
      }
    });
    for (const path of ["/declared", "/chunked"]) {
      const request = { method: "GET", url: url + path } as const;
      await expect(make({ responseBytesMax: 1000 }).send(request)).rejects.toMatchObject({ code: "body_too_large" });
      expect((await make({ responseBytesMax: 1001 }).send(request)).body.length).toBe(1001);
    }
  });

  test("redirects are not followed", async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.writeHead(302, { Location: "/elsewhere" }).end();
    });
    const outcome = await make({})
      .send({ method: "GET", url })
      .then(
        ({ status }) => status,
        (error) => error.code,
      );
    expect([302, "unavailable"]).toContain(outcome);
    expect(asked).toBe(1);
  });
});

describe("node", () => {
  test("keeps connections", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("x");
    });
    const transport = makeNode({});
    for (let i = 0; i < 5; i++) await transport.send({ method: "GET", url });
    expect(ports.size).toBe(1);
  });

  test("a kept connection that the server has closed is replaced once", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests++;
      if (requests === 2) request.socket.resetAndDestroy();
      else response.end("x");
    });
    const transport = makeNode({});
    await transport.send({ method: "GET", url });
    expect((await transport.send({ method: "POST", url, body: new Uint8Array(3) })).status).toBe(200);
    expect(requests).toBe(3);
  });

  test("a reset of a fresh connection is reported, not repeated", async () => {
    let requests = 0;
    const url = await serve((request) => {
      requests++;
      request.socket.resetAndDestroy();
    });
    await expect(makeNode({}).send({ method: "GET", url })).rejects.toMatchObject({ code: "unavailable" });
    expect(requests).toBe(1);
  });

  test.each(["ftp://example.org/", "not a url", ""])("refuses the address %j", async (url) => {
    await expect(makeNode({}).send({ method: "GET", url })).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
