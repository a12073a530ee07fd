// The routes of withdrawals: one that devices call at both services, and what the services tell each other.
import * as z from "../base/schema.ts";

/** base64url of the 32 bytes behind a report's id. */
const secret = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
/** base64url of a report's id: after which report a page begins. */
const place = z.nullable(z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)));
const secrets = z.array(secret).check(z.maxLength(500));

export const withdrawRoute = {
  method: "POST",
  path: "/v1/tasks/{task}/withdrawals",
  summary: "Take a report back: until its batch is collected, it leaves the sum; the same again changes nothing",
  caller: "anyone",
  request: z.strictObject({ secret }),
  bytesMax: 1024,
  /** Whether the batch is released or about to be: then it stays as it is. */
  response: z.strictObject({ stands: z.boolean() }),
} as const;

export const exchangeRoute = {
  method: "POST",
  path: "/v1/tasks/{task}/withdrawals/exchange",
  summary: "Show each other what was withdrawn of a batch, each with the secret that proves it; a page at a time",
  caller: "leader",
  request: z.strictObject({ secrets, after: place }),
  response: z.strictObject({ collected: z.boolean(), secrets, next: place }),
} as const;
