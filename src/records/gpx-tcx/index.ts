// GPX and TCX: tracks and laps. Coordinates are dropped at the door.
import type { Reader } from "../reader.ts";
import { readTracks } from "./read.ts";
import { recognises } from "./recognise.ts";

export const gpxTcx: Reader = {
  id: "gpx-tcx",
  title: "GPX or TCX",
  gives: ["distance", "hr_max", "exercise_sessions", "exercise"],
  recognises,
  read: readTracks,
};
