// What becomes of a report, or of a device's question for tokens.
import { randomBytes } from "node:crypto";
import { type Case, flood, says } from "./hostile.ts";

/** Answers to a report. */
export const uploadCases: readonly Case[] = [
  { name: "an error, whatever is sent", requests: 3, answer: () => says("", 500) },
  { name: "no answer of DAP's", requests: 3, answer: () => says("x".repeat(60_000)) },
  { name: "errors of ten thousand reports", requests: 3, answer: () => says(new Uint8Array(60_000)) },
  { name: "a problem that is none", requests: 3, answer: () => says("[".repeat(60_000), 400) },
  { name: "a redirect", requests: 1, answer: () => says("", 307, { location: "/elsewhere" }) },
  { name: "go away", requests: 1, answer: () => says("", 503, { "retry-after": "999999999" }) },
  { name: "too many", requests: 1, answer: () => says("", 429) },
  {
    name: "a hundred megabytes",
    requests: 1,
    answer: () => (_, response) => flood(response, Buffer.alloc(65_536), 1600),
  },
  { name: "nothing", requests: 1, hangs: true, answer: () => () => undefined },
];

/** Answers of an issuer of tokens to a device that asks for `count`. */
export const issuerCases = (count: number): readonly Case[] => [
  { name: "noise of the right length", requests: 1, answer: () => says(randomBytes(256 * count)) },
  { name: "zeros of the right length", requests: 1, answer: () => says(new Uint8Array(256 * count)) },
  { name: "ones of the right length", requests: 1, answer: () => says(new Uint8Array(256 * count).fill(255)) },
  { name: "too little", requests: 1, answer: () => says(new Uint8Array(256)) },
  {
    name: "a hundred megabytes",
    requests: 1,
    answer: () => (_, response) => flood(response, Buffer.alloc(65_536), 1600),
  },
  { name: "a refusal a million deep", requests: 1, answer: () => says("[".repeat(1e6), 403) },
  { name: "a refusal that is none", requests: 1, answer: () => says("{}", 403) },
  { name: "go away", requests: 1, answer: () => says("", 429, { "retry-after": "999999999" }) },
  { name: "a redirect", requests: 1, answer: () => says("", 302, { location: "/" }) },
  { name: "nothing", requests: 1, hangs: true, answer: () => () => undefined },
];
