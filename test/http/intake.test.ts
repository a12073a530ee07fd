// What all requests together may hold of a service, on real sockets with small bounds.
import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, type TestContext, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import * as z from "../../src/base/schema.ts";
import { guard, httpLimits, mount, newApp } from "../../src/http/app.ts";
import { uploadResource } from "../../src/http/dap.ts";
import { directUploads } from "../../src/http/direct.ts";
import { listen } from "../../src/http/listen.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";

const small = { ...httpLimits, bodyBytesMax: 200_000, bodiesBytesMax: 600_000, requestsMax: 8 };
const task = toBase64Url(new Uint8Array(32).fill(7));
const uploads = `/tasks/${task}/reports`;

/** A service whose answers wait until they are let go. */
async function service({ onTestFinished }: Pick<TestContext, "onTestFinished">, limits = small) {
  const waiting: (() => void)[] = [];
  let open = false;
  const wait = () => new Promise<void>((resolve) => (open ? resolve() : waiting.push(resolve)));
  const log: string[] = [];
  const app = newApp((line) => log.push(line));
  const access = { crypto: nodeCrypto, callers: { analyst: "token" }, limits };
  const route = { method: "POST", path: "/json", summary: "", response: z.unknown(), request: z.unknown() } as const;
  mount(app, { ...route, caller: "analyst" }, access, async () => {
    await wait();
    return {};
  });
  const handle = async () => {
    await wait();
    return new Uint8Array(0);
  };
  uploadResource(app, guard(access, "anyone", limits.bodyBytesMax), handle);
  app.get("/small", async () => {
    await wait();
    return new Response("x");
  });
  const listening = await listen(
    app,
    limits,
    { hostname: "127.0.0.1", port: 0 },
    directUploads(limits, (line) => log.push(line), handle),
  );
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    letGo();
    for (const socket of sockets) socket.destroy();
    await listening.stop(0);
  });
  const letGo = () => {
    open = true;
    for (const go of waiting.splice(0)) go();
  };
  const send = (text: string, body = 0): Peer => {
    const socket = connect(listening.port, "127.0.0.1");
    sockets.push(socket);
    const peer = { socket, text: "", ended: false };
    socket.on("error", () => undefined).on("data", (bytes) => (peer.text += bytes.toString("latin1")));
    socket.once("close", () => (peer.ended = true));
    socket.write(text);
    // A text of spaces, in JSON.
    if (body > 0)
      socket.write(
        Buffer.alloc(body, 32)
          .fill('"', 0, 1)
          .fill('"', body - 1),
      );
    return peer;
  };
  return { url: `http://127.0.0.1:${listening.port}`, send, waiting: () => waiting.length, letGo, log };
}

interface Peer {
  readonly socket: Socket;
  readonly text: string;
  readonly ended: boolean;
}

const upload = (length: number | "chunked", client = "192.0.2.1", path = uploads) =>
  [
    `POST ${path} HTTP/1.1`,
    "host: a",
    `content-type: ${mediaType("upload-req")}`,
    "authorization: Bearer token",
    `x-forwarded-for: ${client}`,
    length === "chunked" ? "transfer-encoding: chunked" : `content-length: ${length}`,
    "\r\n",
  ].join("\r\n");
const clients = (count: number) => Array.from({ length: count }, (_, i) => `192.0.2.${i + 1}`);
const until = (check: () => boolean) => expect.poll(check, { timeout: 3000, interval: 5 }).toBe(true);
const REFUSED = /^HTTP\/1\.1 503 [\s\S]*\r\nretry-after: \d+\r\n[\s\S]*urn:paceline:error:unavailable/i;

describe("bytes of bodies", () => {
  test.each([
    ["uploads", uploads],
    ["JSON routes", "/json"],
  ])("%s: what would be too much is refused before it is read, and all is there again afterwards", async (_, path) => {
    const { send, waiting, letGo, log } = await service({ onTestFinished });
    const held = clients(2).map((client) => send(upload(190_000, client, path), 190_000));
    await until(() => waiting() === 2);
    // Nothing of its body is sent: it is refused for what it says that it will be.
    const more = send(upload(190_000, "192.0.2.9", path));
    await until(() => REFUSED.test(more.text));
    // A little still fits.
    const little = send(upload(100, "192.0.2.10", path), 100);
    letGo();
    await until(() => [...held, little].every(({ text }) => text.startsWith("HTTP/1.1 ")));
    for (const one of [...held, little]) expect(one.text).not.toMatch(/^HTTP\/1\.1 503/);
    for (let round = 0; round < 5; round++) {
      const again = clients(2).map((client) => send(upload(190_000, client, path), 190_000));
      await until(() => again.every(({ text }) => text.startsWith("HTTP/1.1 ")));
      for (const one of again) expect(one.text).not.toMatch(/^HTTP\/1\.1 503/);
    }
    expect(log).toEqual([]);
  });

  test("one client does not keep the others out", async (context) => {
    const { send, waiting } = await service(context);
    const greedy = [send(upload(190_000), 190_000)];
    await until(() => waiting() === 1);
    greedy.push(send(upload(190_000), 190_000), send(upload(190_000)));
    await until(() => greedy.filter(({ text }) => REFUSED.test(text)).length === 2);
    const other = send(upload(190_000, "198.51.100.1"), 190_000);
    await until(() => waiting() === 2);
    expect(other.text).toBe("");
  });

  test("announced and not sent, they keep nobody out", async (context) => {
    const { send, waiting } = await service(context);
    const announced = clients(10).map((client) => send(upload(190_000, client)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(announced.every(({ text }) => text === "")).toBe(true);
    send(upload(100_000, "198.51.100.1"), 100_000);
    await until(() => waiting() === 1);
  });

  test.each([190_000, "chunked"] as const)("%s that come beyond the bound are refused as they come", async (length) => {
    const { send, letGo, log, waiting } = await service({ onTestFinished });
    const peers = clients(8).map((client) => send(upload(length, client)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const piece = Buffer.alloc(10_000, 32);
    const chunk = Buffer.concat([Buffer.from("2710\r\n"), piece, Buffer.from("\r\n")]);
    for (let i = 0; i < 18; i++) {
      for (const { socket } of peers) socket.write(length === "chunked" ? chunk : piece);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const refused = peers.filter(({ text }) => text !== "");
    for (const { text } of refused) expect(text).toMatch(REFUSED);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(8);
    for (const { socket } of peers) socket.write(length === "chunked" ? "0\r\n\r\n" : piece);
    await until(() => waiting() === 8 - refused.length);
    letGo();
    const after = send(upload(150_000, "198.51.100.9"), 150_000);
    await until(() => after.text.startsWith("HTTP/1.1 200"));
    expect(log).toEqual([]);
  });
});

test("more requests than are answered at a time are told to come again, and others' time is theirs", async (context) => {
  const { send, waiting, letGo } = await service(context);
  const get = (client: string) => send(`GET /small HTTP/1.1\r\nhost: a\r\nx-forwarded-for: ${client}\r\n\r\n`);
  const mine = Array.from({ length: 6 }, () => get("192.0.2.1"));
  await until(() => waiting() === 4 && mine.filter(({ text }) => REFUSED.test(text)).length === 2);
  const others = clients(8).map((client) => get(client.replace("192.0.2", "198.51.100")));
  await until(() => waiting() === 7 && others.filter(({ text }) => REFUSED.test(text)).length === 5);
  // Not all of them at the same moment.
  const seconds = [...mine, ...others].flatMap(({ text }) => /retry-after: (\d+)/i.exec(text)?.[1] ?? []);
  expect(new Set(seconds).size).toBe(seconds.length);
  // A supervisor hears that the process lives.
  const alive = send("GET /healthz HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 192.0.2.1\r\n\r\n");
  await until(() => alive.text.startsWith("HTTP/1.1 200"));
  letGo();
  await until(() => others.filter(({ text }) => text.startsWith("HTTP/1.1 200")).length === 3);
  expect((await get("192.0.2.1")).text).not.toMatch(REFUSED);
});

test("what comes after an answer holds no room, however often", async (context) => {
  const { send, letGo } = await service(context);
  const head = (length: number) =>
    `POST /json HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 192.0.2.1\r\nauthorization: Bearer wrong\r\ncontent-length: ${length}\r\n\r\n`;
  for (let round = 0; round < 12; round++) {
    const peer = send(head(190_000), 190_000);
    await until(() => peer.text.startsWith("HTTP/1.1 401") && peer.ended);
  }
  // More answers and bytes than there are in all.
  letGo();
  const whole = send(upload(150_000, "192.0.2.1"), 150_000);
  await until(() => whole.text.startsWith("HTTP/1.1 200"));
});

test("bodies that come too slowly get 408, those that come slowly enough are not, nor those that wait here", async (context) => {
  const limits = { ...small, slowMsMax: 400, bytesPerSecondMin: 1000 };
  const { send, letGo } = await service(context, limits);
  const drip = [uploads, "/json"].map((path) => send(upload(5000, "192.0.2.1", path)));
  const slow = send(upload(3000, "192.0.2.2"));
  const whole = send(upload(150_000, "192.0.2.3"), 150_000);
  const began = performance.now();
  for (let i = 0; i < 30; i++) {
    for (const { socket } of drip) socket.write(" ");
    slow.socket.write(Buffer.alloc(100, 32));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(drip.map(({ ended }) => ended)).toEqual([true, true]);
  for (const { text } of drip) expect(text).toMatch(/^HTTP\/1\.1 408 [\s\S]*\r\nconnection: close\r\n/i);
  expect(performance.now() - began).toBeLessThan(10_000);
  letGo();
  for (const one of [slow, whole]) await until(() => one.text.startsWith("HTTP/1.1 200"));
});

test("headers larger than any need are not read", async (context) => {
  const { send } = await service(context);
  const large = send(`GET /small HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(small.headerBytesMax)}\r\n\r\n`);
  await until(() => large.ended);
  expect(large.text).toMatch(/^HTTP\/1\.1 431 /);
});
