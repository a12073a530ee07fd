// A coordinator on this machine that answers a device with whatever costs it most. It holds the register's key, and a helper's too
// for what a device must bound although both signed it.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { toBase64Url } from "../../src/base/bytes.ts";
import { type Envelope, sealEnvelope, signManifest } from "../../src/task/envelope.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { manifestOf, signingKeys, smallQuestion } from "./questions.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

export interface Hostile {
  readonly url: string;
  readonly registerKey: string;
  readonly helperKey: string;
  /** Requests since `face`, as "GET /v1/tasks". */
  readonly asked: string[];
  /** From here on every request is answered like this. */
  face(answer: Answer): void;
  /** A manifest that a device would answer, with this in place of what is in it. */
  manifest(change?: Partial<Manifest>): Manifest;
  /** Signed by the register, and by the helper, or by somebody else for it. */
  envelope(manifest: Manifest | Uint8Array, helper?: "genuine" | "forged"): Promise<Envelope>;
  close(): Promise<void>;
}

export async function startHostile(): Promise<Hostile> {
  const [register, helper, nobody] = [signingKeys(), signingKeys(), signingKeys()];
  const asked: string[] = [];
  let answer: Answer = (_, response) => response.end();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    response.on("error", () => undefined);
    // Tests have a time of their own.
    response.sendDate = false;
    request.resume();
    answer(request, response, asked.length - 1);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    registerKey: toBase64Url(register.publicKey),
    helperKey: toBase64Url(helper.publicKey),
    asked,
    face(next) {
      asked.length = 0;
      answer = next;
    },
    manifest(change = {}) {
      const whole = manifestOf(smallQuestion);
      const { leader, helper: other } = whole.aggregators;
      return {
        ...whole,
        noise: { ...whole.noise, unit: "installation" },
        aggregators: { leader: { ...leader, url }, helper: other },
        ...change,
      };
    },
    async envelope(manifest, by = "genuine") {
      const bytes = manifest instanceof Uint8Array ? manifest : encodeManifest(manifest);
      const signer = by === "genuine" ? helper : nobody;
      const [first, second] = await Promise.all([
        signManifest(register, "register", bytes),
        signManifest(signer, "helper", bytes),
      ]);
      return sealEnvelope(bytes, first, second);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const pageOf = (tasks: readonly unknown[], next = "") => JSON.stringify({ tasks, next });
export const says =
  (text: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(text);

/** Writes this chunk so many times, for as long as somebody reads. */
export function flood(response: ServerResponse, chunk: Uint8Array, times: number): void {
  let left = times;
  const write = () => {
    if (response.destroyed) return;
    if (left-- === 0) response.end();
    else response.write(chunk, write);
  };
  write();
}

export interface Case {
  readonly name: string;
  readonly answer: (hostile: Hostile) => Answer | Promise<Answer>;
  /** Requests that one sync may make. */
  readonly requests: number;
  /** It ends when the device has waited long enough. */
  readonly hangs?: boolean;
}
