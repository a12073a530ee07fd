// Uploads that take the short way are answered as those that take the usual one: compared byte for byte, on real sockets.
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { fail } from "../../src/base/errors.ts";
import { guard, httpLimits, newApp } from "../../src/http/app.ts";
import { uploadResource } from "../../src/http/dap.ts";
import { type Direct, directUploads } from "../../src/http/direct.ts";
import { listen } from "../../src/http/listen.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";

const limits = { ...httpLimits, bodyBytesMax: 100_000 };
const id = toBase64Url(new Uint8Array(32).fill(7));

/** What the service behind both ways answers, by the body's first byte. */
async function handle(task: Uint8Array, body: Uint8Array): Promise<Uint8Array> {
  if (toBase64Url(task) !== id) fail("unknown_task", "this aggregator has no such task");
  switch (body[0]) {
    case 1:
      return new Uint8Array(17).fill(body.length & 255);
    case 2:
      return fail("rate_limited", "too many", { hint: "Later." });
    case 3:
      return fail("storage_full", "no room");
    case 4:
      return fail("unavailable", "being collected");
    case 5:
      return fail("invalid_message", "not a report");
    case 6:
      throw new TypeError("a bug");
    default:
      return new Uint8Array(0);
  }
}

interface Way {
  readonly port: number;
  readonly logged: string[];
  /** Requests that took the short way. */
  direct(): number;
}

async function serve(short: boolean): Promise<Way> {
  const logged: string[] = [];
  const log = (line: string) => logged.push(line.split("\n")[0] ?? "");
  const app = newApp(log);
  uploadResource(app, guard({ crypto: nodeCrypto, callers: {}, limits }, "anyone", limits.bodyBytesMax), handle);
  let taken = 0;
  const uploads = directUploads(limits, log, handle);
  const direct: Direct = (request, response) => {
    const took = short && uploads(request, response);
    if (took) taken += 1;
    return took;
  };
  const listening = await listen(app, limits, { hostname: "127.0.0.1", port: 0 }, direct);
  onTestFinished(() => listening.stop(0));
  return { port: listening.port, logged, direct: () => taken };
}

/** Everything that is answered on one connection, until the service ends it or says nothing more. */
function exchange(port: number, pieces: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    let quiet: NodeJS.Timeout | undefined;
    socket.on("data", (bytes) => {
      answer += bytes.toString("latin1");
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.destroy(), 60);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
    (async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((next) => setTimeout(next, 15));
      }
      setTimeout(() => socket.destroy(), 2500).unref();
    })();
  });
}

/** Status, headers by name but for their order and the date, and body. */
function read(answer: string) {
  return answer.split(/(?=HTTP\/1\.1 )/).map((one) => {
    const [head = "", ...body] = one.split("\r\n\r\n");
    const [status, ...headers] = head.split("\r\n");
    const named = headers.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()));
    return { status, headers: named.filter((line) => !line.startsWith("date:")).sort(), body: body.join("\r\n\r\n") };
  });
}

const type = "application/ppm-dap;message=upload-req";
const request = (
  body: Uint8Array | string,
  more: Record<string, string> = {},
  line = `POST /tasks/${id}/reports HTTP/1.1`,
) => {
  const bytes = typeof body === "string" ? Buffer.from(body, "latin1") : Buffer.from(body);
  const headers = { host: "a", "content-type": type, "content-length": String(bytes.length), ...more };
  const lines = Object.entries(headers)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${line}\r\n${lines.join("")}\r\n`), bytes]);
};
const body = (first: number, length = 3000) => new Uint8Array(length).fill(9).fill(first, 0, 1);
const whole = request(body(1));
const cut = (at: number) => [whole.subarray(0, at), whole.subarray(at)];

const plain: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
  taken: [request(body(0))],
  "of one byte": [request(body(0, 1))],
  "as large as may be": [request(body(1, 100_000))],
  "some refused": [request(body(1))],
  "rate limited": [request(body(2))],
  "no room": [request(body(3))],
  unavailable: [request(body(4))],
  "no report": [request(body(5))],
  "a bug": [request(body(6))],
  "an unknown task": [request(body(0), {}, `POST /tasks/${toBase64Url(new Uint8Array(32))}/reports HTTP/1.1`)],
  "from a page": [request(body(1), { origin: "https://app.example" })],
  "a media type in other words": [request(body(1), { "content-type": 'Application/PPM-DAP; message="upload-req"' })],
  "the connection's last": [request(body(1), { connection: "close" })],
  "two in a row": [request(body(1)), request(body(2))],
  "two in one packet": [Buffer.concat([request(body(1)), request(body(5))])],
  "in pieces": [...cut(60), ""].filter((piece) => piece.length > 0),
  "its body in pieces": cut(whole.length - 1000),
};

const other: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
  "another media type": [request(body(1), { "content-type": "application/json" })],
  "no media type": [request(body(1), { "content-type": "" })],
  "too large": [request("x", { "content-length": "100001" })],
  "absurdly large": [request("x", { "content-length": "99999999999999999999" })],
  empty: [request("")],
  "in chunks": [request("3\r\n\x01ab\r\n0\r\n\r\n", { "content-length": "", "transfer-encoding": "chunked" })],
  "with an expectation": [request(body(1), { expect: "100-continue" })],
  "a query behind": [request(body(1), {}, `POST /tasks/${id}/reports?a=b HTTP/1.1`)],
  "a slash behind": [request(body(1), {}, `POST /tasks/${id}/reports/ HTTP/1.1`)],
  "an escaped address": [request(body(1), {}, `POST /tasks/${id.replace("B", "%42")}/reports HTTP/1.1`)],
  "a task with stray bits": [request(body(1), {}, `POST /tasks/${id.slice(0, 42)}9/reports HTTP/1.1`)],
  "a short task": [request(body(1), {}, `POST /tasks/${id.slice(0, 42)}/reports HTTP/1.1`)],
  put: [request(body(1), {}, `PUT /tasks/${id}/reports HTTP/1.1`)],
  "asked beforehand": [
    request(
      "",
      { origin: "https://a", "access-control-request-method": "POST" },
      `OPTIONS /tasks/${id}/reports HTTP/1.1`,
    ),
  ],
  "of HTTP/1.0": [request(body(1), {}, `POST /tasks/${id}/reports HTTP/1.0`)],
  "no host": [request(body(1), { host: "" })],
  "a strange host": [request(body(1), { host: "a/b?c" })],
};

test.each([
  ["plain", plain],
  ["other", other],
] as const)("%s uploads get the same status, headers and body either way", async (kind, cases) => {
  const [short, usual] = [await serve(true), await serve(false)];
  for (const [name, pieces] of Object.entries(cases)) {
    const before = short.direct();
    const [one, two] = await Promise.all([exchange(short.port, pieces), exchange(usual.port, pieces)]);
    expect(read(one), name).toEqual(read(two));
    expect(one, name).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(short.direct() > before, name).toBe(kind === "plain");
  }
  expect(short.logged).toEqual(usual.logged);
  expect(usual.direct()).toBe(0);
});

test("one that breaks off is nobody's, and the service goes on", async () => {
  const { port, logged } = await serve(true);
  const broken = connect(port, "127.0.0.1");
  broken.write(whole.subarray(0, 500));
  await new Promise((next) => setTimeout(next, 20));
  broken.resetAndDestroy();
  expect(await exchange(port, [request(body(1))])).toMatch(/^HTTP\/1\.1 200 /);
  expect(logged).toEqual([]);
});
