// Checks a release offline, on Node or in a page: `verifyBundle(webCrypto, text, keys)`, then `statementOf` for people.
export type { Infer } from "../base/schema.ts";
export type { Check, Definition, Schema } from "../base/schema-definition.ts";
export type { RiderLayout } from "../learning/plan/riders.ts";
export type { StreamPlan } from "../learning/plan/stream.ts";
export type { TrainingManifest } from "../learning/plan/training/manifest.ts";
export { type Bundle, decodeBundle, encodeBundle } from "../task/bundle.ts";
export type { Manifest } from "../task/manifest.ts";
export type { MaskedBundle } from "../task/masked/bundle.ts";
export { looksMasked } from "../task/masked/mark.ts";
export type { VerifiedMasked } from "./masked.ts";
export { maskedStatementOf, verifyMaskedBundle } from "./masked-later.ts";
export { type Verified, type VerifyKeys, verifyBundle } from "./verify.ts";
export { type Statement, statementOf } from "./words.ts";
