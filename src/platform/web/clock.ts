import type { Clock } from "../../ports/clock.ts";

export const webClock: Clock = { now: () => Date.now() };
