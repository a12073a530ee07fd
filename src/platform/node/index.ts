// Node's implementations of the ports.

export type { IssuerSigningKey } from "../../ports/issuer-key.ts";
export type { RegistrarKey } from "../../ports/registrar-key.ts";
export { nodeClock } from "./clock.ts";
export { nodeCrypto } from "./crypto.ts";
export { openDeviceStore } from "./device-store.ts";
export { nodeEntropy } from "./entropy.ts";
export { openIssuerKey } from "./issuer-key.ts";
export { openKeyring } from "./keyring.ts";
export { nodeKeystream } from "./keystream.ts";
export { startLimited } from "./limited.ts";
export { openMarkFile } from "./mark-file.ts";
export { openRegistrarKey } from "./registrar-key.ts";
export { openSealer } from "./sealer.ts";
export { openSqliteDeviceStore } from "./sqlite-device-store.ts";
export { type NodeTransport, type NodeTransportOptions, nodeTransport } from "./transport.ts";
export { nodeWasm } from "./wasm.ts";
export { startPool } from "./workers.ts";
