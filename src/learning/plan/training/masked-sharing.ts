// The terms of a round whose updates are masked: data that every device recomputes, in whole numbers, so that all parties come to
// the same counts. A registrar that is no party of the coordinator's says who is in the round.
import * as z from "../../../base/schema.ts";

const int = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most));

export const maskedSharingSchema = z.strictObject({
  kind: z.literal("masked"),
  /** Sums are modulo 2^bits. */
  bits: z.union([z.literal(16), z.literal(32), z.literal(64)]),
  /** Of any cell of an honest sum wrapping around. */
  overflow: z.number().check(z.gte(1e-30), z.lte(0.01)),
  /** Members with fewer of whom there is no round; `cohort.most` is the most. */
  least: int(3, 2 ** 14),
  /** γ, in thousandths of a round's members: so many at most collude with the coordinator. */
  corrupt: int(0, 330),
  /** In thousandths: so many at most leave before the end, or there is no sum. */
  dropouts: int(0, 500),
  /** What follows for the smallest round: neighbours of each member, and how many of them rebuild a secret. */
  graph: z.strictObject({ degree: int(2, 1024), threshold: int(2, 1024) }),
  /** m_h of the smallest round: honest shares of noise that are in every sum. */
  honest: int(1, 2 ** 14),
  /** How long members may join, and how long each stage waits for them. */
  joinSeconds: int(1, 7 * 86_400),
  stageSeconds: int(1, 86_400),
  registrar: z.strictObject({
    url: z.string().check(z.regex(/^https?:\/\/[^\s]{1,200}$/)),
    /** Ed25519, base64url. */
    key: z.string().check(z.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/)),
  }),
});

export type MaskedSharing = z.infer<typeof maskedSharingSchema>;
