// What a page needs once its member takes part: one part, loaded by the first consent or sync, since bundlers cut parts that share
// most of their modules into many small files.
export { grant } from "./grant.ts";
export { syncTasks } from "./sync.ts";
