// The JSON routes of both services, as one table: the services implement it, callers are typed by it, and the OpenAPI
// document is generated from it. DAP's own resources (protocol/dap) carry bytes and stand beside it.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import { bundleSchema } from "../task/bundle.ts";
import { maskedBundleSchema } from "../task/masked/bundle.ts";
import { analystRoutes } from "./analyst.ts";
import { approvalState } from "./approval.ts";
import { maskedRoutes } from "./masked.ts";
import { approvalRoutes, endRoutes, operatorRoutes } from "./operator.ts";
import { tasksRoute } from "./register.ts";
import { trainingRoutes } from "./training.ts";
import { exchangeRoute, withdrawRoute } from "./withdraw.ts";

export interface Route {
  readonly method: "GET" | "POST";
  /** With {name} parameters. */
  readonly path: string;
  readonly summary: string;
  /** Who may call it: anyone, an analyst, the leader (on the helper), the helper (on the coordinator), or its own operator. */
  readonly caller: "anyone" | "analyst" | "leader" | "helper" | "operator";
  /** Query parameters it reads, all optional, with what they mean. */
  readonly query?: Readonly<Record<string, string>>;
  readonly request?: z.Schema;
  /** Of its body, where less than the service's limit will do. */
  readonly bytesMax?: number;
  readonly response: z.Schema;
}

/** What a route takes, checked. @throws PacelineError invalid_message */
export function parseRequest(route: Route, body: unknown): unknown {
  if (route.request === undefined) return undefined;
  const parsed = z.safeParse(route.request, body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail("invalid_message", `the body's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message ?? ""}`);
}

const base64url = z.string().check(z.regex(/^[A-Za-z0-9_-]*$/));
/** Nano-rho as a decimal string: JSON numbers do not hold 64-bit integers. */
const nano = z.string().check(z.regex(/^[0-9]{1,19}$/));

const state = z.enum(["reserved", "published", "settled"]);

export const asked = z.strictObject({
  task: base64url,
  queryHash: base64url,
  state,
  rho: nano,
  epochs: z.array(z.string()),
});
export type Asked = z.infer<typeof asked>;

const ledgerEvent = z.strictObject({
  task: base64url,
  at: z.number(),
  rho: nano,
  epochs: z.array(z.string()),
  mechanism: z.string(),
});

export const ledgerView = z.strictObject({
  epochs: z.array(z.strictObject({ epoch: z.string(), cap: nano, spent: nano })),
  debits: z.array(ledgerEvent),
  /** Debits that were released because no device could see the task. */
  releases: z.array(ledgerEvent),
});
export type LedgerView = z.infer<typeof ledgerView>;

const partnerView = z.strictObject({
  url: z.string(),
  leaderUrl: z.string(),
  signingKey: base64url,
  /** The receiving key that new tasks name, and the signing key's signature over it. */
  hpke: base64url,
  hpkeSignature: base64url,
});
export type PartnerView = z.infer<typeof partnerView>;

const keyUse = z.strictObject({
  hpke: base64url,
  /** Unix milliseconds, null where it is not known; `replaced` of an older key. */
  made: z.nullable(z.number()),
  replaced: z.nullable(z.number()),
  /** Tasks that are not over and are sealed to it, 100 at most, and how many there are. */
  tasks: z.array(base64url),
  count: z.int(),
});
/** A service's receiving keys, the present one first; `missing`: keys that tasks name and that are not in its key file. */
export const keysView = z.strictObject({ held: z.array(keyUse), missing: z.array(keyUse) });
export type KeysView = z.infer<typeof keysView>;

const signedHead = z.strictObject({ head: base64url, signature: base64url });
/** What coordinator and helper show each other: their own ledger's head, and the other's that they hold. */
const heads = z.strictObject({ key: base64url, own: signedHead, held: z.nullable(signedHead) });

export const coordinatorRoutes = {
  ...analystRoutes,
  ...trainingRoutes,
  ...maskedRoutes,
  ...operatorRoutes,
  ...endRoutes,
  tasks: tasksRoute,
  withdraw: withdrawRoute,
  ask: {
    method: "POST",
    path: "/v1/queries",
    summary: "Ask a question: plan it, reserve its cost, publish its task; the same question again changes nothing",
    caller: "analyst",
    request: z.unknown(),
    response: asked,
  },
  explain: {
    method: "POST",
    path: "/v1/explain",
    summary: "Plan a question without asking it: cost and predicted error; touches no data and no budget",
    caller: "analyst",
    request: z.unknown(),
    response: z.unknown(),
  },
  collect: {
    method: "POST",
    path: "/v1/tasks/{task}/collect",
    summary: "Close the task, aggregate its batch and settle: answers with the release",
    caller: "analyst",
    response: z.strictObject({ release: base64url }),
  },
  release: {
    method: "GET",
    path: "/v1/tasks/{task}/release",
    summary: "The released bytes of a settled task",
    caller: "anyone",
    response: z.strictObject({ release: base64url }),
  },
  bundle: {
    method: "GET",
    path: "/v1/tasks/{task}/bundle",
    summary: "A settled release with all that proves it, in canonical JSON: keep its exact bytes for `paceline verify`",
    caller: "analyst",
    response: z.union([bundleSchema, maskedBundleSchema]),
  },
  ledger: {
    method: "GET",
    path: "/v1/ledger",
    summary: "The privacy budget by epoch, and every debit",
    caller: "analyst",
    response: ledgerView,
  },
  keys: {
    method: "GET",
    path: "/v1/keys",
    summary: "The receiving keys of this coordinator, and the tasks that are sealed to each and not over",
    caller: "analyst",
    response: keysView,
  },
  heads: {
    method: "POST",
    path: "/v1/heads",
    summary: "Compare the heads of both ledgers, for a helper whose ledger has lost a part of its past",
    caller: "helper",
    request: heads,
    response: heads,
  },
  helperLedger: {
    method: "GET",
    path: "/v1/helper/ledger",
    summary: "Every debit, for a helper whose ledger has lost a part of its past",
    caller: "helper",
    response: ledgerView,
  },
  audit: {
    method: "GET",
    path: "/v1/audit/{index}",
    summary: "A leaf of the audit log with its inclusion proof and the signed checkpoint",
    caller: "anyone",
    response: z.strictObject({
      leaf: base64url,
      index: z.int(),
      size: z.int(),
      root: base64url,
      proof: z.array(base64url),
      signature: base64url,
    }),
  },
} as const satisfies Record<string, Route>;

const manifestRequest = z.strictObject({ manifest: z.string().check(z.maxLength(700_000)) });

export const helperRoutes = {
  ...operatorRoutes,
  ...approvalRoutes,
  withdraw: withdrawRoute,
  exchangeWithdrawals: exchangeRoute,
  heads: {
    method: "POST",
    path: "/v1/heads",
    summary: "Compare the heads of both ledgers; each side keeps the other's newest",
    caller: "leader",
    request: heads,
    response: heads,
  },
  check: {
    method: "POST",
    path: "/v1/manifests/check",
    summary: "Whether the helper would sign a manifest now: its policy and budget are asked, nothing changes",
    caller: "leader",
    request: manifestRequest,
    response: z.strictObject({ approval: z.optional(approvalState) }),
  },
  release: {
    method: "POST",
    path: "/v1/manifests/release",
    summary: "Close a task that no device has answered for ever, and release its debit",
    caller: "leader",
    request: z.strictObject({ task: base64url.check(z.maxLength(43)) }),
    /** Whether there was a debit. */
    response: z.strictObject({ released: z.boolean() }),
  },
  sign: {
    method: "POST",
    path: "/v1/manifests",
    summary: "Check a manifest against the helper's own policy and budget, debit it, and sign it",
    caller: "leader",
    request: manifestRequest,
    /** The VDAF verification key is for the leader alone: devices must not know it. */
    response: z.strictObject({ signature: base64url, verifyKey: base64url }),
  },
  partner: {
    method: "GET",
    path: "/v1/partner",
    summary: "Who this helper is and which leader it works with, for the leader to compare with its own configuration",
    caller: "leader",
    response: partnerView,
  },
  keys: {
    method: "GET",
    path: "/v1/keys",
    summary: "The receiving keys of this helper, and the tasks that are sealed to each and not over",
    caller: "leader",
    response: keysView,
  },
  ledger: {
    method: "GET",
    path: "/v1/ledger",
    summary: "The helper's own budget table",
    caller: "leader",
    response: ledgerView,
  },
} as const satisfies Record<string, Route>;
