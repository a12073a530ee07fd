// The browser's implementations of the ports; web standards only.

export { memoryDeviceStore } from "../device-memory.ts";
export { webClock } from "./clock.ts";
export { webConditions } from "./conditions.ts";
export { webCrypto } from "./crypto.ts";
export { webEntropy } from "./entropy.ts";
export {
  type AsyncStorageShape,
  keyValueDeviceStore,
  type MmkvShape,
  type ValueCipher,
  valueCipher,
} from "./key-values.ts";
export { webKeystream } from "./keystream.ts";
export { portableCrypto } from "./portable-crypto.ts";
export { webPrivacyControl } from "./privacy-control.ts";
export { openDeviceStore } from "./store.ts";
export { type WebTransportOptions, webTransport } from "./transport.ts";
export { webWasm } from "./wasm.ts";
