// Plans and explains questions on its own thread: pure functions of query/, exposed through comlink.
import { exposeToPool } from "../src/platform/node/endpoint.ts";
import { planning } from "../src/query/planner.ts";

const { plan, explain } = planning;

exposeToPool({ plan, explain });
