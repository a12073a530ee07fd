// Whose budget a filter guards, and what charging it gives. A filter answers one question: does this cost still fit under
// a cap that was fixed in advance? Costs may depend on every earlier answer.

/** "individual": one member's own, private balance (Feldman and Zrnic 2021); it may be charged 0 where the member's data
 * was not touched, and must never show outside. "global": the same for everybody, public. */
export type Scope = "global" | "individual";

/** `filter` is what to store; `short` is by how much the cap is missed, in the filter's own unit. */
export type Charged<F> = { readonly ok: true; readonly filter: F } | { readonly ok: false; readonly short: number };
