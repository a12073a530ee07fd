// What a register can show a device that costs it most.
import { gzipSync } from "node:zlib";
import { toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { type Case, flood, pageOf, says } from "./hostile.ts";
import { signedCases } from "./hostile-manifests.ts";

const MEGABYTE = 2 ** 20;

/** Grows to `bytes` of manifest and leaves it one that decodes. */
const padded = (manifest: Manifest, bytes: number): Uint8Array => {
  const plain = encodeManifest(manifest);
  const room = bytes - plain.length - 30;
  return utf8(new TextDecoder().decode(plain).replace('"encoder":', () => `"encoder":${" ".repeat(room)}`));
};

/** Answers to the question for tasks. */
export const registerCases: readonly Case[] = [
  {
    name: "a million tasks in one page",
    requests: 1,
    answer: () => says(`{"tasks":[${"0,".repeat(1e6)}0],"next":""}`),
  },
  {
    name: "a million envelopes, streamed",
    requests: 1,
    answer: () => (_, response) => {
      response.write('{"tasks":[');
      flood(
        response,
        utf8(`${JSON.stringify({ manifest: "e30", register: "A".repeat(86), helper: "" })},`.repeat(400)),
        2500,
      );
    },
  },
  {
    name: "as many empty objects as a page holds",
    requests: 1,
    answer: () => says(`{"tasks":[${"{},".repeat(690_000)}{}],"next":""}`),
  },
  {
    name: "a hundred thousand keys",
    requests: 1,
    answer: () => says(`{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":[]`).join()},"tasks":[],"next":""}`),
  },
  {
    name: "pages without end, of nothing",
    requests: 1,
    answer: () => (_, response, nth) => response.end(pageOf([], `c${nth}`)),
  },
  {
    name: "pages without end, of what nobody signed",
    requests: 1,
    answer: () => (_, response, nth) =>
      response.end(
        pageOf([{ manifest: toBase64Url(utf8(`${nth}`)), register: "A".repeat(86), helper: "" }], `c${nth}`),
      ),
  },
  {
    name: "pages without end, of one task that both signed",
    requests: 2,
    async answer(hostile) {
      const good = await hostile.envelope(hostile.manifest({ minBatch: 1 }));
      return (_, response, nth) => response.end(pageOf([good], `c${nth}`));
    },
  },
  {
    name: "a page full of entries whose helper is forged",
    requests: 1,
    async answer(hostile) {
      const some = await Promise.all(
        Array.from({ length: 40 }, (_, i) => hostile.envelope(hostile.manifest({ name: `n${i}` }), "forged")),
      );
      return says(pageOf(Array.from({ length: 700 }, (_, i) => some[i % 40])));
    },
  },
  {
    name: "a full page of large entries whose helper is forged",
    requests: 1,
    async answer(hostile) {
      const some = await Promise.all(
        Array.from({ length: 3 }, (_, i) =>
          hostile.envelope(padded(hostile.manifest({ name: `n${i}` }), 500_000), "forged"),
        ),
      );
      return says(pageOf(some));
    },
  },
  {
    name: "pages of large tasks that both signed",
    requests: 1,
    async answer(hostile) {
      const some = await Promise.all(
        Array.from({ length: 24 }, (_, i) =>
          hostile.envelope(padded(hostile.manifest({ name: `n${i}`, minBatch: 1 }), 500_000)),
        ),
      );
      return (_, response, nth) => response.end(pageOf(some.slice(3 * (nth % 8), 3 * (nth % 8) + 3), `c${nth}`));
    },
  },
  {
    name: "everything that both ever signed",
    requests: 1,
    async answer(hostile) {
      const old = await Promise.all(
        Array.from({ length: 300 }, (_, i) => hostile.envelope(hostile.manifest({ name: `n${i}`, minBatch: 1 }))),
      );
      return (_, response, nth) => response.end(pageOf(old.slice((nth % 2) * 150, (nth % 2) * 150 + 150), `c${nth}`));
    },
  },
  {
    name: "a hundred megabytes with a length",
    requests: 1,
    answer: () => (_, response) => {
      response.writeHead(200, { "content-length": `${100 * MEGABYTE}` });
      flood(response, Buffer.alloc(65_536, 32), 1600);
    },
  },
  {
    name: "a hundred megabytes without one",
    requests: 1,
    answer: () => (_, response) => flood(response, Buffer.alloc(65_536, 32), 1600),
  },
  {
    name: "a hundred megabytes, compressed to a hundred kilobytes",
    requests: 1,
    answer: () => says(gzipSync(Buffer.alloc(100 * MEGABYTE, 32)), 200, { "content-encoding": "gzip" }),
  },
  {
    name: "one byte now and then",
    requests: 1,
    hangs: true,
    answer: () => (_, response) => {
      const timer = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(timer));
    },
  },
  {
    name: "headers and nothing more",
    requests: 1,
    hangs: true,
    answer: () => (_, response) => void response.writeHead(200).flushHeaders(),
  },
  { name: "nothing at all", requests: 1, hangs: true, answer: () => () => undefined },
  { name: "a connection that is cut", requests: 1, answer: () => (_, response) => void response.destroy() },
  { name: "a tree a million deep", requests: 1, answer: () => says("[".repeat(1e6) + "]".repeat(1e6)) },
  {
    name: "a tree a million deep in place of a task",
    requests: 1,
    answer: () => says(`{"tasks":[${"[".repeat(1e6)}${"]".repeat(1e6)}],"next":""}`),
  },
  { name: "a number of a million digits", requests: 1, answer: () => says(`{"tasks":[${"9".repeat(1e6)}],"next":""}`) },
  { name: "a text of two megabytes", requests: 1, answer: () => says(pageOf(["x".repeat(2 * MEGABYTE - 40)])) },
  {
    name: "escapes",
    requests: 1,
    answer: () => says(`{"tasks":["${"\\u0041".repeat(340_000)}"],"next":""}`),
  },
  {
    name: "a problem document a million deep",
    requests: 1,
    answer: () => says("[".repeat(1e6), 500, { "content-type": "application/problem+json" }),
  },
  { name: "a redirect to itself", requests: 1, answer: () => says("", 302, { location: "/v1/tasks" }) },
  { name: "go away, for ever", requests: 1, answer: () => says("", 429, { "retry-after": "999999999" }) },
  {
    name: "go away, in a header of some kilobytes",
    requests: 1,
    answer: () => says("", 503, { "retry-after": "9".repeat(8000), date: "Mon, ".repeat(500) }),
  },
  ...signedCases,
];
