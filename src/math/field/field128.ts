// Field128 as the proof system sees it.
import { withCoarse } from "./coarse.ts";
import { field128Kernel } from "./field128-kernel.ts";

export const field128 = withCoarse(field128Kernel);
