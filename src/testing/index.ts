// paceline/testing: the services that an app's own tests run its client against, in memory, without a network.

export { memoryDeviceStore } from "../platform/device-memory.ts";
export type { DeviceStore } from "../ports/device-store.ts";
export type { ReportError } from "../protocol/dap/basics.ts";
export type { Contribution } from "./opened.ts";
export type { TestQuestion } from "./question.ts";
export {
  type AskedTask,
  type Behaviour,
  type FakeServices,
  fakeServices,
  type SeenRequest,
  type TestClock,
} from "./services.ts";
