// A helper that answers wrongly once and then rightly, between running services: the release comes from what both have stored,
// with one debit and one draw of noise at each side.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { nodeCrypto, openKeyring } from "../../src/platform/node/index.ts";
import { AggregateShare, AggregateShareAad, AggregateShareReq } from "../../src/protocol/dap/collection.ts";
import { seal } from "../../src/protocol/hpke/hpke.ts";
import { freePort, newPair, type Pair } from "../support/processes.ts";
import { readDurable } from "./durable.ts";
import { expectOneRelease, expectSameAgain } from "./journey.ts";
import { ask, collect, newDevices, syncAll } from "./members.ts";
import { openLeaderTask } from "./shares.ts";

type Change = (share: Uint8Array, request: Uint8Array) => Promise<Uint8Array> | Uint8Array;

async function bodyOf(from: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of from) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

/** The helper's public address: hands everything on, and what comes back of shares through `changes`, one each. */
async function standBetween(port: number, to: string, changes: readonly Change[]) {
  const left = [...changes];
  const answers: Uint8Array[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    try {
      const body = await bodyOf(request);
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !/^(host|connection|content-length)$/.test(name)),
      ) as Record<string, string>;
      const method = request.method ?? "GET";
      const answer = await fetch(`${to}${request.url}`, { method, headers, ...(body.length > 0 && { body }) });
      let bytes = new Uint8Array(await answer.arrayBuffer());
      if (request.url?.endsWith("/aggregate_shares") && answer.status < 300) {
        answers.push(bytes);
        bytes = new Uint8Array((await left.shift()?.(bytes, body)) ?? bytes);
      }
      const type = answer.headers.get("content-type");
      response.writeHead(answer.status, type === null ? {} : { "content-type": type }).end(bytes);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { answers, close: () => void server.close() };
}

/** Sealed as the helper seals, with other values. */
async function sealed(pair: Pair, task: string, request: Uint8Array, values: (length: number) => Uint8Array) {
  const { id, pair: keys } = openKeyring(pair.keyFile("coordinator")).hpke;
  const { dap, manifest } = (await openLeaderTask(pair, task)).task;
  const { job } = AggregateShareReq.decode(request);
  const aad = AggregateShareAad.encode({ taskId: dap.id, task: dap.configuration, job });
  const info = dap.version.aggregateShareInfo("helper");
  const plaintext = values(16 * manifest.map.rows.length);
  const { enc, ciphertext } = await seal({ crypto: nodeCrypto, recipient: keys.public, info, aad, plaintext });
  return AggregateShare.encode({ configId: id, enc, payload: ciphertext });
}

test("wrong shares of every kind mark nothing that a right one does not end", async (context) => {
  const port = await freePort();
  const pair = await newPair(context, { helperUrl: `http://127.0.0.1:${port}` });
  let task = "";
  const flipped: Change = (share) => share.map((byte, i) => (i === share.length - 1 ? byte ^ 1 : byte));
  const changes: readonly Change[] = [
    () => Uint8Array.of(7),
    flipped,
    (_, request) => sealed(pair, task, request, (length) => new Uint8Array(length - 16)),
    (_, request) => sealed(pair, task, request, (length) => new Uint8Array(length).fill(255)),
    // As long as a share and in the field: only together with the leader's own is it seen to be none.
    (_, request) =>
      sealed(pair, task, request, (length) => new Uint8Array(length).map((__, i) => (i % 16 === 14 ? 9 : 0))),
  ];
  const own = JSON.parse(readFileSync(pair.configFile("helper"), "utf8")).listen.port;
  const between = await standBetween(port, `http://127.0.0.1:${own}`, changes);
  context.onTestFinished(between.close);
  await Promise.all([pair.start("coordinator"), pair.start("helper")]);
  ({ task } = await ask(pair));
  const devices = await newDevices(pair);
  await syncAll(devices.clients);
  for (const i of changes.keys()) {
    await expect(collect(pair, task)).rejects.toMatchObject({ code: "verification_failed" });
    // Until a share is there that is one, the leader has no batch and no noise.
    const marked = i === changes.length - 1 ? 1 : 0;
    expect([readDurable(pair, "coordinator").batches.length, pair.draws("coordinator")]).toEqual([marked, marked]);
    expect([readDurable(pair, "helper").batches.length, pair.draws("helper")]).toEqual([1, 1]);
    if (i === 1) {
      // Nothing of it hangs on what either process remembers.
      for (const role of ["coordinator", "helper"] as const) {
        await pair.stop(role, "SIGKILL");
        await pair.start(role);
      }
    }
  }
  const release = await collect(pair, task);
  expect([pair.draws("coordinator"), pair.draws("helper")]).toEqual([1, 1]);
  expectOneRelease(pair, devices, release);
  await expectSameAgain(pair, release);
  expect(between.answers).toHaveLength(changes.length + 1);
  const { debits } = await call(pair.coordinator, coordinatorRoutes.ledger);
  expect(debits).toHaveLength(1);
});
