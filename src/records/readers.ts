// Every reader, in the order in which they are asked: the particular before the general. Adding one is one line.
import { apple } from "./apple/index.ts";
import { ownExport } from "./exports/index.ts";
import { fit } from "./fit/index.ts";
import { fitbit } from "./fitbit/index.ts";
import { garmin } from "./garmin/index.ts";
import { googleFit } from "./google-fit/index.ts";
import { googleHealth } from "./google-health/index.ts";
import { gpxTcx } from "./gpx-tcx/index.ts";
import { healthConnect } from "./health-connect/index.ts";
import { huawei } from "./huawei/index.ts";
import { openMHealth } from "./openmhealth/index.ts";
import { oura } from "./oura/index.ts";
import { polar } from "./polar/index.ts";
import type { Reader } from "./reader.ts";
import { rows } from "./rows/index.ts";
import { tables } from "./tables/index.ts";
import { whoop } from "./whoop/index.ts";
import { xiaomi } from "./xiaomi/index.ts";

export const readers: readonly Reader[] = [
  ownExport,
  apple,
  fit,
  gpxTcx,
  garmin,
  whoop,
  oura,
  polar,
  huawei,
  googleFit,
  googleHealth,
  healthConnect,
  openMHealth,
  fitbit,
  rows,
  xiaomi,
  tables,
];
