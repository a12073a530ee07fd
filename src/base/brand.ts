/** A nominal type: only the room that owns the constructor can make one. */
declare const brand: unique symbol;
export type Brand<T, B extends string> = T & { readonly [brand]: B };
