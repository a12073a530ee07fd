// paceline/ports: the types an app or a service implements to bring its own platform, store or transport.
export type * from "./clock.ts";
export type * from "./crypto.ts";
export type * from "./device-conditions.ts";
export type * from "./device-store.ts";
export type * from "./entropy.ts";
export type * from "./keyring.ts";
export type * from "./keystream.ts";
export type * from "./mark-file.ts";
export type * from "./owner.ts";
export type * from "./sealer.ts";
export type * from "./signer.ts";
export type * from "./store.ts";
export type * from "./training-engine.ts";
export type * from "./transport.ts";
export type * from "./wasm.ts";
export type * from "./workers.ts";
