// Peers that want more of a leader than it has: a leader in a process of its own, and the sockets that are opened to it.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";
import { taskOf } from "../../../bench/ingest/bench.ts";
import { mediaType } from "../../../src/protocol/dap/http.ts";

export interface Leader {
  readonly port: number;
  readonly task: string;
  /** One report, with an id of its own. */
  fresh(): Uint8Array;
  /** The most memory it ever had, in MiB. */
  mostMemory(): number;
}

const program = fileURLToPath(new URL("../../../bench/ingest/leader-process.ts", import.meta.url));

export async function startLeader({ onTestFinished }: Pick<TestContext, "onTestFinished">): Promise<Leader> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-flood-"));
  const { task, fresh } = await taskOf(folder);
  const child: ChildProcess = fork(program, [JSON.stringify(task)], { execArgv: ["--conditions=paceline-source"] });
  onTestFinished(async () => {
    child.disconnect();
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  });
  const [{ port }] = (await once(child, "message")) as [{ readonly port: number }];
  return {
    ...{ port, task: task.id, fresh },
    mostMemory: () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
  };
}

/** An upload's request line and headers. */
export const headOf = (task: string, length: number, client: string) =>
  `POST /tasks/${task}/reports HTTP/1.1\r\nhost: leader.test\r\nx-forwarded-for: ${client}\r\ncontent-type: ${mediaType("upload-req")}\r\ncontent-length: ${length}\r\n\r\n`;

/** Opens sockets that send one byte a second. @returns when each was ended by the other side, in ms, once all were */
export async function drip(port: number, count: number, startOf: (i: number) => string): Promise<readonly number[]> {
  const sockets: Socket[] = [];
  const ended = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const socket = connect(port, "127.0.0.1");
      sockets.push(socket);
      socket.on("error", () => undefined);
      await once(socket, "connect");
      const began = performance.now();
      socket.write(startOf(i));
      const timer = setInterval(() => socket.write("x"), 1000);
      socket.resume();
      await new Promise((resolve) => socket.once("close", resolve));
      clearInterval(timer);
      return performance.now() - began;
    }),
  );
  return ended;
}

export interface Answers {
  taken: number;
  /** With 503 and when to come again. */
  refused: number;
  /** Without an answer. */
  cut: number;
  other: string[];
}

/** Keeps `peers` connections busy with `requests` each at once, again and again, for so long. */
export async function flood(
  port: number,
  peers: number,
  requests: readonly Buffer[],
  each: number,
  ms: number,
): Promise<Answers> {
  const answers: Answers = { taken: 0, refused: 0, cut: 0, other: [] };
  const until = performance.now() + ms;
  let next = 0;
  const peer = async () => {
    while (performance.now() < until) {
      const batch = Array.from({ length: each }, () => requests[next++ % requests.length] as Buffer);
      const text = await exchange(port, batch);
      const said = text.split(/(?=HTTP\/1\.1 )/).filter((one) => one !== "");
      for (const one of said)
        if (one.startsWith("HTTP/1.1 200 ")) answers.taken += 1;
        else if (/^HTTP\/1\.1 503 [\s\S]*\r\nretry-after: \d+\r\n/i.test(one)) answers.refused += 1;
        else answers.other.push(one.slice(0, 200));
      if (said.length === 0) answers.cut += 1;
    }
  };
  await Promise.all(Array.from({ length: peers }, peer));
  return answers;
}

function exchange(port: number, requests: readonly Buffer[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let [text, answered] = ["", 0];
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      const piece = bytes.toString("latin1");
      text += piece;
      answered += piece.split("HTTP/1.1 ").length - 1;
      if (answered >= requests.length) socket.end();
    });
    socket.once("close", () => resolve(text));
    socket.write(Buffer.concat(requests));
  });
}
