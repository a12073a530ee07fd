// The few names most people need; everything else is by sub-path: paceline/client, /privacy, /query, /estimate, …
export { type Client, type ClientOptions, createClient } from "./client/index.ts";
export { cellsOf, rankOf } from "./estimate/index.ts";
export { explainQuestion, planQuestion, type Question, readRequest } from "./query/index.ts";
export { decodeRelease, type ReleaseDocument } from "./task/release.ts";
