// SIGTERM under load, with real processes: what was begun is answered and durable, nobody new is let in, and readiness says so.
import { Agent, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { tasksRoute } from "../../src/api/register.ts";
import { toHex } from "../../src/base/bytes.ts";
import { createReporter } from "../../src/client/report.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { uploadRequest } from "../../src/report/upload.ts";
import type { Envelope } from "../../src/task/envelope.ts";
import { freePort, type Pair, startPair } from "../support/processes.ts";
import { ask } from "./members.ts";

interface Upload {
  readonly id: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

async function uploadsTo(pair: Pair, count: number): Promise<readonly Upload[]> {
  const { task } = await ask(pair);
  const { tasks } = await call(pair.coordinator, tasksRoute);
  const keys = { registerKey: pair.keys.coordinator.signingKey, helperKey: pair.keys.helper.signingKey };
  const reporter = await createReporter(tasks[0] as Envelope, { ...keys, entropy: nodeEntropy });
  const made: Upload[] = [];
  for (let i = 0; i < count; i++) {
    const report = await reporter.seal(i % 8);
    const { url, headers, body } = uploadRequest(pair.coordinator.url, task, [report.bytes]);
    made.push({
      id: toHex(report.bytes.slice(0, 16)),
      url: new URL(url),
      headers: headers ?? {},
      body: body as Uint8Array,
    });
  }
  return made;
}

interface Outcome {
  readonly status?: number;
  readonly error?: string;
  /** On a connection on which something was answered before. */
  readonly kept: boolean;
}

function send(agent: Agent, { url, headers, body }: Upload): Promise<Outcome> {
  return new Promise((resolve) => {
    const length = { "content-length": String(body.length) };
    const outgoing = httpRequest(url, { method: "POST", agent, headers: { ...headers, ...length } });
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ error: error.code ?? error.message, kept: outgoing.reusedSocket }),
    );
    outgoing.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode ?? 0, kept: outgoing.reusedSocket }));
      response.on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? "", kept: true }));
    });
    outgoing.end(body);
  });
}

/** Half of a request that the service has taken up, which is finished when it is told to. */
async function half({ url, headers, body }: Upload): Promise<{ readonly socket: Socket; finish(): Promise<string> }> {
  const socket = connect(Number(url.port), url.hostname);
  const more = { "content-length": body.length, expect: "100-continue" };
  const lines = Object.entries({ host: url.host, ...headers, ...more });
  const head = `POST ${url.pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  socket.write(head);
  const said = await new Promise<Buffer>((resolve, reject) => socket.once("data", resolve).once("error", reject));
  expect(said.toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  socket.write(body.subarray(0, 100));
  return {
    socket,
    finish: () =>
      new Promise((resolve, reject) => {
        let text = "";
        socket.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        socket.on("end", () => resolve(text));
        socket.on("error", reject);
        socket.write(body.subarray(100));
      }),
  };
}

const stored = (pair: Pair): ReadonlySet<string> => {
  const db = new DatabaseSync(pair.database("coordinator"), { readOnly: true });
  const ids = db.prepare("select id from report").all() as { id: Uint8Array }[];
  db.close();
  return new Set(ids.map(({ id }) => toHex(id)));
};

test("nothing that was accepted is reset, and every report that was acknowledged is there", async (context) => {
  const metrics = { port: await freePort() };
  const pair = await startPair(context, { shipped: true, coordinator: { metrics } });
  const uploads = await uploadsTo(pair, 260);
  const slow = uploads[0] as Upload;
  const begun = Promise.withResolvers<Awaited<ReturnType<typeof half>>>();
  const left = uploads.slice(1);
  const agent = new Agent({ keepAlive: true, maxSockets: 24 });
  const acknowledged: string[] = [];
  const refused: Outcome[] = [];
  let ended: ReturnType<Pair["stop"]> | undefined;
  const stop = async () => {
    begun.resolve(await half(slow));
    return await pair.stop("coordinator");
  };
  // Until the service takes no more: however late it hears that it is to stop, somebody still sends, the same again if need be.
  const device = async (_: unknown, first: number) => {
    for (let i = first; refused.length < 50; i += 24) {
      const upload = left[i % left.length] as Upload;
      const outcome = await send(agent, upload);
      if (outcome.status === 200) acknowledged.push(upload.id);
      else refused.push(outcome);
      if (acknowledged.length === 120) ended ??= stop();
    }
  };
  await Promise.all(Array.from({ length: 24 }, device));
  agent.destroy();
  // A request that is still coming in keeps the process: it says that it is not ready, and lets nobody in.
  const said = async (path: string) => (await fetch(`http://127.0.0.1:${metrics.port}${path}`)).status;
  expect([await said("/healthz"), await said("/readyz")]).toEqual([200, 503]);
  await expect(fetch(`${pair.coordinator.url}/healthz`)).rejects.toThrow();
  const answer = await (await begun.promise).finish();
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  expect(answer.toLowerCase()).toContain("connection: close");
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(acknowledged.length).toBeGreaterThanOrEqual(120);
  expect(refused.length).toBeGreaterThan(0);
  for (const one of refused) {
    expect(one).toMatchObject({ kept: false });
    expect(["ECONNREFUSED", "ECONNRESET"]).toContain(one.error);
  }
  const there = stored(pair);
  expect([...acknowledged, slow.id].filter((id) => !there.has(id))).toEqual([]);
});

test("a second signal cuts what the first one waits for", async (context) => {
  const pair = await startPair(context, { shipped: true });
  const [upload] = await uploadsTo(pair, 1);
  const { socket } = await half(upload as Upload);
  let answered = "";
  socket.on("data", (bytes: Buffer) => {
    answered += bytes.toString();
  });
  const cut = new Promise((resolve) => socket.once("close", resolve).once("error", () => undefined));
  const ended = pair.stop("coordinator");
  const waited = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 700, "waits"))]);
  expect(waited).toBe("waits");
  await pair.stop("coordinator");
  await cut;
  expect(await ended).toEqual({ code: 0, signal: null });
  // Not what would have ended it in the end: that its rest was too slow.
  expect(answered).toBe("");
  expect(stored(pair).size).toBe(0);
});
