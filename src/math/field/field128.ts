// Field128 as the proof system sees it.
import { withCoarse } from "./coarse.ts";
import { compactField128 } from "./compact-field128.ts";
import { field128Arithmetic } from "./field128-arithmetic.ts";

export const field128 = /* @__PURE__ */ withCoarse({ ...compactField128, ...field128Arithmetic });
