// The elements of GPX tracks and TCX activities. Latitudes and longitudes are not read at all; planned routes and courses are
// none of what was done.
import { readNumber } from "../scan/numbers.ts";
import { readStamp, type Stamp } from "../scan/stamp.ts";
import type { Teller } from "../scan/teller.ts";
import { rawAttribute, type XmlSink } from "../scan/xml.ts";
import { Outing } from "./outing.ts";

interface Lap {
  readonly start: Stamp | undefined;
  seconds: number;
  metres: number;
}

export class Tracks implements XmlSink {
  readonly #teller: Teller;
  readonly #outing: Outing;
  /** The outermost element; empty once it has ended. */
  #root: string | undefined;
  /** A route of Apple's export, whose workout stands in its export.xml. */
  #apple = false;
  #positions = false;
  #times = 0;
  #inTrack = false;
  #newPart = true;
  #time: Stamp | undefined;
  #rate = 0;
  /** Of TCX: in an activity; what its laps say. */
  #activity = false;
  #onFoot = false;
  #lap: Lap | undefined;
  #first: Stamp | undefined;
  #seconds = 0;

  constructor(teller: Teller) {
    this.#teller = teller;
    this.#outing = new Outing(teller);
  }

  open(name: string, tag: string): void {
    if (this.#root === undefined) {
      this.#root = name;
      this.#apple = rawAttribute(tag, "creator") === "Apple Health Export";
    }
    if (name === "trk" || name === "Activity") {
      this.#teller.next();
      this.#activity = name === "Activity";
      this.#onFoot = rawAttribute(tag, "Sport") === "Running";
    } else if (name === "trkseg") this.#newPart = true;
    else if (name === "Track") this.#inTrack = true;
    else if (name === "trkpt" || name === "Trackpoint") {
      this.#time = undefined;
      this.#rate = 0;
    } else if (name === "Lap" && this.#activity) {
      const start = readStamp(rawAttribute(tag, "StartTime"));
      this.#first ??= start;
      this.#lap = { start, seconds: 0, metres: 0 };
    }
    this.#positions ||= name === "trkpt" || name === "Position";
  }

  close(name: string, text: string): void {
    const number = readNumber(text) ?? 0;
    if (name === this.#root) this.#root = "";
    else if (name === "time" || name === "Time") this.#time = readStamp(text);
    // Of TCX the last value in a point is that of its heart rate, the only one.
    else if (name === "hr" || name === "Value") this.#rate = number;
    else if (name === "trkpt" || (name === "Trackpoint" && this.#activity)) this.#endPoint();
    else if (name === "trk" || name === "Activity") this.#endOuting();
    else if (name === "Lap") this.#endLap();
    else if (name === "Track") this.#inTrack = false;
    else if (this.#lap !== undefined && !this.#inTrack) {
      // In tracks the same names are of single points.
      if (name === "TotalTimeSeconds") this.#lap.seconds = number;
      else if (name === "DistanceMeters") this.#lap.metres = number;
    }
  }

  #endPoint(): void {
    if (this.#time === undefined) return;
    this.#times += 1;
    if (!this.#apple) this.#outing.point(this.#time, this.#rate, this.#newPart);
    this.#newPart = false;
  }

  #endLap(): void {
    const lap = this.#lap;
    this.#lap = undefined;
    if (lap?.start === undefined || !(lap.seconds > 0)) return;
    this.#times += 1;
    this.#seconds += lap.seconds;
    if (this.#onFoot && lap.metres > 0)
      this.#outing.give("distance", lap.start, lap.metres, Math.floor(lap.seconds) * 1000);
  }

  #endOuting(): void {
    if (this.#apple) this.#teller.skip("counted_already");
    this.#outing.end(this.#seconds * 1000, this.#first);
    this.#activity = false;
    this.#first = undefined;
    this.#seconds = 0;
  }

  /** @param damaged a tag was passed over */
  end(damaged: boolean): void {
    this.#endLap();
    if (this.#root !== "" || damaged) {
      this.#endOuting();
      this.#teller.note("truncated");
    }
    if (this.#positions) this.#teller.note("coordinates_dropped");
    if (this.#times === 0) this.#teller.note("no_times");
  }
}
