// Peers that take a service's sockets and memory and give nothing back, on real sockets with small bounds.
import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, type TestContext, test } from "vitest";
import * as z from "../../src/base/schema.ts";
import { httpLimits, mount, newApp } from "../../src/http/app.ts";
import { listen } from "../../src/http/listen.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";

const small = { ...httpLimits, connectionsMax: 40, pipelinedMax: 8, writeMsMax: 300, requestMsMax: 2000 };

async function service({ onTestFinished }: Pick<TestContext, "onTestFinished">, limits = small) {
  let asked = 0;
  const app = newApp(() => undefined);
  app.get("/large", () => {
    asked += 1;
    return new Response(new Uint8Array(8 * 1024 * 1024));
  });
  app.get("/small", () => {
    asked += 1;
    return new Response("x");
  });
  app.get("/slow", async () => {
    await new Promise((resolve) => setTimeout(resolve, 3 * limits.writeMsMax));
    return new Response("at last");
  });
  const access = { crypto: nodeCrypto, callers: { analyst: "a-token-of-the-analysts" }, limits };
  for (const caller of ["anyone", "analyst"] as const) {
    const route = {
      method: "POST",
      path: `/${caller}`,
      summary: "",
      caller,
      response: z.unknown(),
      request: z.unknown(),
    };
    mount(app, route as Parameters<typeof mount>[1], access, async () => ({}));
  }
  const listening = await listen(app, limits, { hostname: "127.0.0.1", port: 0 });
  onTestFinished(() => listening.stop(0));
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const open = () => {
    const socket = connect(listening.port, "127.0.0.1");
    socket.on("error", () => undefined);
    sockets.push(socket);
    return socket;
  };
  return { url: `http://127.0.0.1:${listening.port}`, open, asked: () => asked };
}

const get = (path: string, times = 1) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`.repeat(times);

/** Until the other side ends the connection. A paused socket hears of it only when it writes. */
const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const prod = setInterval(() => socket.write("\r\n"), 50);
    socket.once("close", () => {
      clearInterval(prod);
      resolve();
    });
  });

const answerOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
    });
    socket.once("close", () => resolve(text));
  });

function somaxconn(): number {
  const file = "/proc/sys/net/core/somaxconn";
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
}

/** How many connections to a port of this machine are in which state, as their openers have it (proc(5)); without those that ended. */
function statesOf(port: number): Readonly<Record<string, number>> {
  const states: Record<string, number> = {};
  const names: Readonly<Record<string, string>> = { "01": "ESTABLISHED", "02": "SYN_SENT" };
  const to = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n")) {
    const [, , remote, state = ""] = line.trim().split(/\s+/);
    // TIME_WAIT: whoever had this port before us.
    if (remote !== to || state === "06") continue;
    const name = names[state] ?? state;
    states[name] = (states[name] ?? 0) + 1;
  }
  return states;
}

const patient = { timeout: 30_000 };

describe("peers that never read", () => {
  test("are cut when they pipeline more than is taken, and the rest is not even looked at", async (context) => {
    // Nothing but that they pipeline would end them before the test gives up.
    const { open, asked } = await service(context, { ...small, writeMsMax: 600_000, requestMsMax: 600_000 });
    const peers = Array.from({ length: 30 }, () => open().pause());
    for (const peer of peers) peer.write(get("/small", 400));
    await Promise.all(peers.map(ended));
    expect(asked()).toBeLessThanOrEqual(30 * small.pipelinedMax);
  });

  test("are cut when an answer lies unread", async (context) => {
    const { open, url } = await service(context);
    const peers = Array.from({ length: 10 }, () => open().pause());
    for (const peer of peers) peer.write(get("/large"));
    await Promise.all(peers.map(ended));
    // Again, where this process stood still for so long that the bound cut who had only just come.
    await expect.poll(async () => (await fetch(`${url}/small`)).status, patient).toBe(200);
  });

  test("are cut when they say nothing at all, or half a header", async (context) => {
    const { open } = await service(context);
    const peers = [open(), open()];
    peers[1]?.write("GET /small HTTP/1.1\r\nhos");
    const closed = peers.map((peer) => new Promise((resolve) => peer.resume().once("close", resolve)));
    await Promise.all(closed);
  });
});

test("connections beyond the bound are refused, and those within it are served", async (context) => {
  const { open, url } = await service(context, { ...small, writeMsMax: 600_000, requestMsMax: 600_000 });
  const held = Array.from({ length: small.connectionsMax }, open);
  await Promise.all(held.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  const refused = await fetch(`${url}/small`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
  const first = held[0] as Socket;
  const answer = answerOf(first);
  first.write("GET /small HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  expect(await answer).toMatch(/^HTTP\/1\.1 200/);
  await expect.poll(async () => (await fetch(`${url}/small`)).status, patient).toBe(200);
});

// As the system sees them, before this process, which is the server's too, comes to accept any.
test.skipIf(!existsSync("/proc/net/tcp") || somaxconn() < 1200)(
  "a thousand connections in one moment wait in the system's queue, and none is dropped there",
  async (context) => {
    const { url, open } = await service(context, httpLimits);
    const port = Number(new URL(url).port);
    const sockets = Array.from({ length: 1000 }, open);
    // They are opened in the next tick, all in one.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    // Nobody is accepted meanwhile: what the system has not dropped, but not come to yet, it comes to.
    for (let i = 0; i < 100 && statesOf(port).ESTABLISHED !== 1000; i++)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    expect(statesOf(port)).toEqual({ ESTABLISHED: 1000 });
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  },
);

test("who waits for a slow answer is served", async (context) => {
  const { url } = await service(context);
  await expect.poll(async () => await (await fetch(`${url}/slow`)).text(), patient).toBe("at last");
});

test("who reads slowly, or pipelines a little, is served", async (context) => {
  const { open } = await service(context, { ...small, writeMsMax: 10_000 });
  const reader = open();
  let bytes = 0;
  reader.on("data", (part) => {
    bytes += part.length;
    reader.pause();
    setTimeout(() => reader.resume(), 2);
  });
  reader.write(get("/large"));
  await expect.poll(() => bytes, patient).toBeGreaterThan(8 * 1024 * 1024);
  const few = open();
  const answer = answerOf(few);
  few.write(get("/small", small.pipelinedMax));
  expect((await answer).match(/HTTP\/1\.1 200/g)).toHaveLength(small.pipelinedMax);
});

describe("an answer before the body is read ends the connection, and says so", () => {
  const post = (path: string, length: number, sent: string) =>
    `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n${sent}`;
  test.each([
    ["413 by its length", "/anyone", small.bodyBytesMax + 1, "x", 413],
    ["401", "/analyst", 5000, "x", 401],
    ["404", "/nothing", 5000, "x", 404],
  ] as const)("%s", async (_, path, length, sent, status) => {
    const { open } = await service({ onTestFinished });
    const socket = open();
    const answer = answerOf(socket);
    socket.write(post(path, length, sent));
    expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\nconnection: close\\r\\n`, "i"));
  });

  test.each([
    ["/analyst", 401],
    ["/nothing", 404],
  ] as const)("%s: who goes on sending for a while reads the answer all the same", async (path, status) => {
    const { open, url } = await service({ onTestFinished });
    const socket = open().pause();
    const errors: unknown[] = [];
    socket.on("error", (error) => errors.push(error));
    socket.write(post(path, 600_000, "x"));
    for (let i = 0; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      socket.write(Buffer.alloc(99_999 + (i === 0 ? 5 : 0), 120));
    }
    const answer = answerOf(socket);
    socket.resume();
    expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(errors).toEqual([]);
    // And nothing of its room is held.
    expect((await fetch(`${url}/small`)).status).toBe(200);
  });

  test("413 by what came, without a length", async (context) => {
    const { open } = await service(context);
    const socket = open();
    const answer = answerOf(socket);
    socket.write("POST /anyone HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    for (let i = 0; i < 17; i++) socket.write(chunk);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*\r\nconnection: close\r\n/i);
  });

  test("a body that was read leaves it open", async (context) => {
    const { open } = await service(context);
    const socket = open();
    const answer = answerOf(socket);
    socket.write(post("/anyone", 2, "{}"));
    socket.write(post("/anyone", 1, "{"));
    expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*keep-alive[\s\S]*HTTP\/1\.1 400 [\s\S]*keep-alive/);
  });
});
