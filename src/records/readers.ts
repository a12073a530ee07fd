// Every reader, in the order in which they are asked: the particular before the general. Adding one is one line.
import { apple } from "./apple/index.ts";
import { fit } from "./fit/index.ts";
import { gpxTcx } from "./gpx-tcx/index.ts";
import type { Reader } from "./reader.ts";

export const readers: readonly Reader[] = [apple, fit, gpxTcx];
