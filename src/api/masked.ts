// The routes of masked rounds. At the coordinator: which rounds there are, what a member is to answer next. At the registrar: that a
// round begins, that a member joins it, and who is in it.
import * as z from "../base/schema.ts";
import { maskedEnvelopeSchema } from "../task/masked/envelope.ts";

const base64url = (characters: number) => z.string().check(z.regex(new RegExp(`^[A-Za-z0-9_-]{${characters}}$`)));
/** A task id, a key or a hash: 32 bytes. */
const bytes32 = base64url(43);
/** 64 bytes. */
const signature = base64url(86);

/** joining: members join at the registrar. open: a stage waits for its members. done and aborted are for ever. */
export const maskedStates = ["joining", "open", "done", "aborted"] as const;
/** As `coordinatorStages` of protocol/secagg has them. */
export const maskedStages = ["keys", "nonces", "shares", "vectors", "signatures", "unmasking"] as const;

export const maskedView = z.strictObject({
  state: z.enum(maskedStates),
  stage: z.nullable(z.enum(maskedStages)),
  /** Until when the stage, or joining, waits: Unix milliseconds by the coordinator's clock. Null when it is over. */
  closes: z.nullable(z.int()),
  /** base64url of what this member is to answer now; null when it has answered, fell out, or was never in the round. */
  message: z.nullable(z.string()),
  /** Why there is no sum. */
  because: z.nullable(z.string()),
});
export type MaskedView = z.infer<typeof maskedView>;

/** Of a coordinator. The answer to a message is posted as bytes, beside the table: `maskedMessagePath`. */
export const maskedRoutes = {
  maskedRounds: {
    method: "GET",
    path: "/v1/masked",
    summary: "Masked rounds that members can join or are in, as signed manifests",
    caller: "anyone",
    response: z.strictObject({
      rounds: z.array(z.strictObject({ task: bytes32, ...maskedEnvelopeSchema.shape })),
    }),
  },
  maskedMember: {
    method: "GET",
    path: "/v1/masked/{task}/members/{key}",
    summary: "A masked round as it stands, and what the member with this key is to answer now",
    caller: "anyone",
    response: maskedView,
  },
} as const;

/** POST application/octet-stream: a member's message; answered with a `maskedView`. */
export const maskedMessagePath = "/v1/masked/{task}/members/{key}/messages";

/** Of a registrar. */
export const registrarRoutes = {
  registrar: {
    method: "GET",
    path: "/v1/registrar",
    summary: "Which registrar this is, whose rounds it takes members for, and the least that it signs",
    caller: "anyone",
    response: z.strictObject({
      url: z.string(),
      key: bytes32,
      coordinators: z.array(z.strictObject({ url: z.string(), registerKey: bytes32 })),
      floors: z.strictObject({
        members: z.number(),
        corruptShare: z.number(),
        survivors: z.number(),
        degree: z.number(),
        threshold: z.number(),
      }),
    }),
  },
  openRound: {
    method: "POST",
    path: "/v1/rounds",
    summary: "Have a masked round's manifest checked and signed, by the coordinator whose signature is on it",
    caller: "anyone",
    request: z.strictObject({ manifest: z.string().check(z.maxLength(350_000)), register: signature }),
    response: z.strictObject({ registrar: signature }),
  },
  checkRound: {
    method: "POST",
    path: "/v1/rounds/check",
    summary: "Have a masked round's manifest checked as for a round: nothing is signed, and nobody can join it",
    caller: "anyone",
    /** The coordinator's, under a label that opens no round. */
    request: z.strictObject({ manifest: z.string().check(z.maxLength(350_000)), rehearsal: signature }),
    response: z.strictObject({}),
  },
  joinRound: {
    method: "POST",
    path: "/v1/rounds/{task}/members",
    summary:
      "Join a round with a key of one's own, signed in as a member of the app; the same key again changes nothing",
    caller: "anyone",
    /** The signature is the key's, over `joinInput`. */
    request: z.strictObject({ key: bytes32, signature }),
    bytesMax: 1024,
    /** When the roster is signed at the latest, Unix milliseconds. */
    response: z.strictObject({ closes: z.int() }),
  },
  opening: {
    method: "GET",
    path: "/v1/rounds/{task}/opening",
    summary: "The round's terms and its members' keys, signed, once no more can join",
    caller: "anyone",
    response: z.strictObject({ opening: z.string() }),
  },
} as const;
