import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gpxTcx } from "../../../src/records/gpx-tcx/index.ts";
import { collect, told } from "../collect.ts";

const LATITUDE = "47.376887";
const point = (time: string | undefined, rate?: number) =>
  `<trkpt lat="${LATITUDE}" lon="8.541694"><ele>400</ele>${time === undefined ? "" : `<time>${time}</time>`}${
    rate === undefined
      ? ""
      : `<extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>${rate}</gpxtpx:hr></gpxtpx:TrackPointExtension></extensions>`
  }</trkpt>`;
const gpx = (tracks: string, creator = "StravaGPX") =>
  `<?xml version="1.0"?><gpx version="1.1" creator="${creator}"><metadata><name>Zoë's way home</name><time>2013-01-01T12:00:00Z</time></metadata><wpt lat="1" lon="2"><time>2013-01-02T02:03:00Z</time></wpt>${tracks}</gpx>`;
const track = (...segments: readonly string[]) =>
  `<trk><name>Zoë's evening run</name>${segments.map((each) => `<trkseg>${each}</trkseg>`).join("")}</trk>`;
const at = (clock: string, day = "2026-04-13") => `${day}T${clock}Z`;

describe("GPX", () => {
  test("a track is a session with its minutes and its highest heart rate; what lies between its parts does not count", async () => {
    const found = await collect(
      gpxTcx,
      gpx(
        track(
          point(at("16:00:00"), 100) + point(at("16:10:00"), 150),
          point(at("16:12:00"), 141) + point(at("16:20:00")),
        ),
      ),
      { offsetAt: () => 120 },
    );
    expect(told(found, "exercise_sessions")).toEqual(["2026-04-13T18:00:00=1"]);
    expect(told(found, "exercise")).toEqual(["2026-04-13T18:00:00…18:20:00=18"]);
    expect(told(found, "hr_max")).toEqual(["2026-04-13T18:10:00=150"]);
    expect(found.noted).toEqual({ coordinates_dropped: 1 });
  });

  test("long stops are pauses, and hours between points another outing", async () => {
    const found = await collect(
      gpxTcx,
      gpx(
        track(
          [at("08:00:00"), at("08:10:00"), at("08:40:00"), at("08:45:00"), at("17:00:00"), at("17:05:00")]
            .map((time) => point(time))
            .join(""),
        ),
      ),
    );
    expect(told(found, "exercise")).toEqual(["2026-04-13T08:00:00…08:45:00=15", "2026-04-13T17:00:00…17:05:00=5"]);
    expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 0, from: "assumed" } });
  });

  test("an offset that a time states is the zone", async () => {
    const found = await collect(
      gpxTcx,
      gpx(track(point("2026-04-13T01:00:00+09:00") + point("2026-04-13T01:05:00+09:00"))),
    );
    expect(told(found, "exercise_sessions")).toEqual(["2026-04-13T01:00:00=1"]);
  });

  test("a planned route has no times: nothing, and that is said", async () => {
    const found = await collect(
      gpxTcx,
      gpx(
        track(point(undefined) + point(undefined)) +
          `<rte><rtept lat="1" lon="2"><time>${at("08:00:00")}</time></rtept></rte>`,
      ),
    );
    expect(found.samples).toEqual([]);
    expect(found.noted).toEqual({ coordinates_dropped: 1, no_times: 1 });
  });

  test("the routes of an Apple export are its workouts, which its export.xml holds", async () => {
    const found = await collect(
      gpxTcx,
      gpx(track(point(at("08:00:00")) + point(at("08:10:00"))), "Apple Health Export"),
    );
    expect(found.samples).toEqual([]);
    expect(found.skipped).toEqual({ counted_already: 1 });
  });
});

const lap = (start: string, seconds: number, metres: number, points = "") =>
  `<Lap StartTime="${start}"><TotalTimeSeconds>${seconds}</TotalTimeSeconds><DistanceMeters>${metres}</DistanceMeters><Calories>116</Calories><AverageHeartRateBpm><Value>114</Value></AverageHeartRateBpm><Track>${points}</Track><Extensions><ns3:LX><ns3:AvgSpeed>2.3</ns3:AvgSpeed></ns3:LX></Extensions></Lap>`;
const trackpoint = (time: string, rate: number) =>
  `<Trackpoint><Time>${time}</Time><Position><LatitudeDegrees>${LATITUDE}</LatitudeDegrees></Position><DistanceMeters>99999</DistanceMeters><HeartRateBpm><Value>${rate}</Value></HeartRateBpm></Trackpoint>`;
const tcx = (inside: string) =>
  `<?xml version="1.0"?><TrainingCenterDatabase xmlns="x">${inside}<Author xsi:type="Application_t"><Name>Connect Api</Name></Author></TrainingCenterDatabase>`;
const activity = (sport: string, ...laps: readonly string[]) =>
  `<Activities><Activity Sport="${sport}"><Id>2026-04-13T16:00:00Z</Id>${laps.join("")}<Creator><UnitId>3305146736</UnitId></Creator></Activity></Activities>`;

describe("TCX", () => {
  const laps = [
    lap(at("16:00:00"), 600.5, 1609.34, trackpoint(at("16:00:00"), 90) + trackpoint(at("16:09:00"), 155)),
    lap(at("16:11:00"), 300, 800, trackpoint(at("16:12:00"), 149)),
  ];

  test("a run has the minutes, the distance and the heart rate that its laps and points state", async () => {
    const found = await collect(gpxTcx, tcx(activity("Running", ...laps)));
    expect(told(found, "exercise_sessions")).toEqual(["2026-04-13T16:00:00=1"]);
    expect(told(found, "exercise")).toEqual(["2026-04-13T16:00:00…16:15:00=15.008333"]);
    expect(told(found, "distance")).toEqual([
      "2026-04-13T16:00:00…16:10:00=1609.34",
      "2026-04-13T16:11:00…16:16:00=800",
    ]);
    expect(told(found, "hr_max")).toEqual(["2026-04-13T16:09:00=155"]);
    expect(found.noted).toEqual({ coordinates_dropped: 1 });
  });

  test("a ride is no distance on foot, and a planned course was not done", async () => {
    const course = `<Courses><Course><Name>x</Name><Lap><TotalTimeSeconds>9</TotalTimeSeconds><DistanceMeters>5000</DistanceMeters></Lap><Track>${trackpoint(at("08:00:00"), 0)}${trackpoint(at("09:00:00"), 0)}</Track></Course></Courses>`;
    const found = await collect(gpxTcx, tcx(course + activity("Biking", ...laps)));
    expect(found.samples.map(({ metric }) => metric)).toEqual(["exercise_sessions", "exercise", "hr_max"]);
    expect((await collect(gpxTcx, tcx(course))).noted).toMatchObject({ no_times: 1 });
  });

  test("an activity without laps that say so lasts as long as its points", async () => {
    const found = await collect(
      gpxTcx,
      tcx(
        activity("Running", lap(at("16:00:00"), 0, 0, trackpoint(at("16:00:00"), 90) + trackpoint(at("16:09:00"), 91))),
      ),
    );
    expect(told(found, "exercise")).toEqual(["2026-04-13T16:00:00…16:09:00=9"]);
  });
});

describe("damage and what is private", () => {
  const files = [
    gpx(track(point(at("16:00:00"), 100) + point(at("16:10:00"), 150))),
    tcx(activity("Running", lap(at("16:00:00"), 600, 1600, trackpoint(at("16:00:00"), 90)))),
  ];

  test.each(files)("cut anywhere, it says so: %#", async (whole) => {
    let gave = 0;
    for (let cut = 0; cut < whole.length; cut++) {
      const found = await collect(gpxTcx, whole.slice(0, cut), { chunk: 61 });
      expect(found.noted.truncated).toBe(1);
      gave += found.samples.length > 0 ? 1 : 0;
    }
    expect(gave).toBeGreaterThan(10);
  });

  test.each(files)("positions, names and serial numbers are in nothing that is said: %#", async (whole) => {
    const found = await collect(gpxTcx, whole, { chunk: 1 });
    expect(found.samples.length).toBeGreaterThan(2);
    for (const canary of [LATITUDE, "8.54", "Zo", "3305146736"]) expect(JSON.stringify(found)).not.toContain(canary);
  });

  test("any change of bytes ends well", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 }),
        async (whole, changes) => {
          const bytes = new TextEncoder().encode(whole);
          for (const [where, byte] of changes) bytes[where % bytes.length] = byte;
          const found = await collect(gpxTcx, bytes);
          expect(found.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});

test.each([
  ["<?xml version='1.0'?>\n<!-- x --><gpx version='1.1'>", true],
  ["<ns:TrainingCenterDatabase xmlns:ns='x'>", true],
  ["<HealthData>", false],
  ["<kml>", false],
  ["gpx,time\n", false],
])("%s is recognised: %s", (head, known) => {
  expect(gpxTcx.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});
