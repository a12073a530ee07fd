// Stands before a coordinator as its address: sees what a page sends, and lets a test hold an answer back or refuse a report.
import { createServer, request as requestOf, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Upload {
  /** base64url of the task id */
  readonly task: string;
  readonly body: Buffer;
}

export interface Gate {
  readonly url: string;
  /** Methods and paths, in order; browsers' preflights left out. */
  readonly requests: string[];
  readonly uploads: Upload[];
  /** What happens to a report: it passes, arrives with its answer held back, or is told to come again. */
  mode: "pass" | "hold" | "busy";
  forwardTo(url: string): void;
  /** Ends every held connection. */
  close(): Promise<void>;
}

const UPLOAD = /^\/tasks\/([\w-]{43})\/reports$/;

export async function openGate(): Promise<Gate> {
  let target = "";
  const held = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      const body = Buffer.concat(parts);
      const task = method === "POST" ? UPLOAD.exec(url)?.[1] : undefined;
      if (method !== "OPTIONS") gate.requests.push(`${method} ${url}`);
      if (task !== undefined) gate.uploads.push({ task, body });
      if (task !== undefined && gate.mode === "busy") {
        outgoing.writeHead(503, { "access-control-allow-origin": "*", "content-type": "text/plain" }).end("busy");
        return;
      }
      const onwards = requestOf(`${target}${url}`, { method, headers }, (answer) => {
        if (task !== undefined && gate.mode === "hold") {
          held.add(outgoing);
          answer.resume();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onwards.on("error", () => outgoing.destroy());
      onwards.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const gate: Gate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    uploads: [],
    mode: "pass",
    forwardTo(url) {
      target = url;
    },
    async close() {
      for (const one of held) one.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gate;
}
