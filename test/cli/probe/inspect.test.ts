// Finding a phone's upload among captured bytes, by the digest in the phone's own log.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { capturedBody, sealedGlimpse } from "../../../src/cli/probe/inspect.ts";

const digestOf = (body: Uint8Array) => createHash("sha256").update(body).digest("base64url");
const request = (task: string, body: Uint8Array) =>
  Buffer.concat([
    Buffer.from(`POST /tasks/${task}/reports HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`),
    body,
  ]);

test("the body whose digest it is, also as a later request of one connection", () => {
  const bodies = [Buffer.from([13, 10, 13, 10, 1]), Buffer.from("the one"), Buffer.from("another")];
  const streams = [
    Buffer.from("GET /v1/tasks HTTP/1.1\r\n\r\n"),
    Buffer.concat(bodies.map((body) => request("t1", body))),
  ];
  for (const body of bodies)
    expect(capturedBody(streams, "t1", { bytes: body.length, digest: digestOf(body) })).toEqual(body);
  expect(capturedBody(streams, "t2", { bytes: 7, digest: digestOf(Buffer.from("the one")) })).toBeUndefined();
  expect(capturedBody(streams, "t1", { bytes: 7, digest: digestOf(Buffer.from("changed")) })).toBeUndefined();
});

test("a glimpse is the start of each sealed share", () => {
  const share = (byte: number) => ({ payload: new Uint8Array(100).fill(byte) });
  expect(sealedGlimpse({ leaderShare: share(0x9f), helperShare: share(0x0c) })).toEqual({
    leader: "9f9f9f9f9f9f9f9f",
    helper: "0c0c0c0c0c0c0c0c",
  });
});
