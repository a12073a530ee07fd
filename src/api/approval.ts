import * as z from "../base/schema.ts";

/** Whether a helper's operator approves a question by hand before a task of it is signed, and what has become of that. */
export const approvalState = z.enum(["none", "needed", "waiting", "approved", "refused"]);
export type ApprovalState = z.infer<typeof approvalState>;
