// What is hashed and signed stands behind a label of its own, so that nothing can stand for something else. Apart, because a
// page that only seals carries these and none of the schemas.
import { utf8 } from "../base/bytes.ts";

export type SigningRole = "register" | "helper";

/** Before the manifest's bytes in what `role` signs. */
export const manifestLabel = (role: SigningRole): Uint8Array => utf8(`paceline manifest v1 ${role}\n`);
/** Before the encoded TaskConfiguration in what the task id is the SHA-256 of. */
export const taskLabel = (): Uint8Array => utf8("paceline task v1\n");

/** Of manifests: 1 had questions of one histogram, in a form of their own. */
export const MANIFEST_VERSION = 2;
