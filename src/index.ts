// The few names most people need; everything else is by sub-path: paceline/client, /privacy, /query, /estimate, …
export { type Client, type ClientOptions, createClient } from "./client/index.ts";
export { cellsOf, rankOf } from "./estimate/index.ts";
export { explainPlan, parseQuerySpec, planQuery, type QuerySpec } from "./query/index.ts";
export { decodeRelease, type ReleaseDocument } from "./task/release.ts";
