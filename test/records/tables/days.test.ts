// The tables of the shared folder as members' days: the whole way, with every reader asked.
import { describe, expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { parseColumns, registryFor } from "../../../src/records/tables/mapping.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { caseFile, hasShared, inputOf } from "./given.ts";

async function days(name: string, mapping?: string): Promise<Record<string, unknown>> {
  const columns = mapping === undefined ? undefined : parseColumns(mapping);
  const { members } = await importFiles([{ input: inputOf(caseFile(name), name), named: true, owner: "me" }], {
    readers,
    registry: columns === undefined ? builtIn : registryFor(columns, builtIn),
    ...(columns === undefined ? {} : { columns }),
  });
  return Object.fromEntries(
    members.flatMap((member) => member.days.map(({ day, values }) => [`${member.id} ${formatDay(day)}`, values])),
  );
}

const daily = "member=Id,date=Day,steps=Steps";
const two = { "a 2026-04-13": { steps: 8123 }, "a 2026-04-14": { steps: 9344 } };

describe.skipIf(!hasShared)("shared files (skipped where ../shared is absent)", () => {
  test.each<[string, string | undefined, Record<string, unknown>]>([
    ["01-utf16le-bom-tab.csv", daily, two],
    ["05-sep-line.csv", daily, two],
    ["03-semicolon-decimal-comma.csv", `${daily},weight=Weight`, { "b 2026-04-14": { steps: 7310, weight: 70.5 } }],
    [
      "06-fitbit-web-export.csv",
      undefined,
      {
        "me 2026-04-14": {
          active_energy: 1050,
          floors: 9,
          moderate: 18,
          sleep: 410,
          sleep_onset: 665,
          steps: 912,
          vigorous: 40,
        },
      },
    ],
    ["07-samsung-raw.csv", undefined, { "me 2026-04-13": { steps: 8123 }, "me 2026-04-14": { steps: 9344 } }],
    [
      "08-samsung-first-line-removed.csv",
      "member=member,date=day_time,steps=count",
      { "me 2026-04-13": { steps: 8123 } },
    ],
    [
      "09-samsung-several-sources-a-day.csv",
      "member=member,date=day_time,steps=count",
      { "me 2026-04-14": { steps: 9344 } },
    ],
    ["10-epoch-ms.csv", daily, { "b 2026-04-13": { steps: 900 } }],
    [
      "17-sleep-hmm.csv",
      "member=Id,date=Day,sleep=Sleep",
      { "a 2026-04-13": { sleep: 452 }, "a 2026-04-14": { sleep: 425 } },
    ],
    ["21-german-thousands-point.csv", daily, { "b 2026-04-13": { steps: 11_204 } }],
    ["22-sentinels.csv", "member=Id,date=Day,rhr=Rhr", { "a 2026-04-13": { rhr: 62 } }],
    ["29-hourly.csv", "member=Id,date=Hour,steps=Steps", { "a 2026-04-13": { steps: 6035 } }],
    [
      "30-several-workouts-a-day.csv",
      "member=Id,date=Start,exercise=Minutes",
      { "a 2026-04-13": { exercise: 75 }, "a 2026-04-14": { exercise: 60 } },
    ],
    [
      "30-several-workouts-a-day.csv",
      "member=Id,date=Start,minutes=Minutes:sum",
      { "a 2026-04-13": { minutes: 75 }, "a 2026-04-14": { minutes: 60 } },
    ],
    [
      "32-long-format.csv",
      "member=Id,date=date,steps=value[type=StepCount],rhr=value[type=RestingHeartRate]",
      { "a 2026-04-14": { steps: 9000, rhr: 60 } },
    ],
    [
      "39-row-per-visit.csv",
      "member=member,date=checkin_time,visits=checkin_time:count",
      { "a 2026-04-13": { visits: 2 }, "b 2026-04-14": { visits: 1 } },
    ],
    ["47-sleep-split-rows-by-night.csv", "member=Id,date=Wake,sleep=Asleep", { "a 2026-04-14": { sleep: 505 } }],
    ["60-gz.csv.gz", "member=Id,date=Start,exercise=Minutes", { "a 2026-04-13": { exercise: 75 } }],
  ])("%s %s", async (name, mapping, right) => {
    expect(await days(name, mapping)).toMatchObject(right);
  });

  test("44: nothing that nobody can have measured is a day's", async () => {
    expect(await days("44-negative-and-huge.csv", daily)).toEqual({});
  });
  test("56: days not worn are missing", async () => {
    const found = await days("56-demo-unworn-days-without-steps.csv", `${daily},moderate=Moderate,vigorous=Vigorous`);
    expect(found["m00 2026-03-01"]).toEqual({ steps: 11_764, moderate: 37, vigorous: 5 });
    expect(found["m00 2026-03-02"]).toBeUndefined();
  });
});

test("ids of several files that differ only in case or zeros are told", async () => {
  const columns = parseColumns(daily);
  const given = ["Anna", "anna", "007", "7", "Ben"].map((id) => ({
    input: inputOf(`Id,Day,Steps\n${id},2026-04-13,1\n`, `${id}.csv`),
    named: true,
    owner: "me",
  }));
  const { members, report } = await importFiles(given, { readers, registry: builtIn, columns });
  expect(members.length).toBe(5);
  expect(report.notes).toMatchObject([{ kind: "near_twin_ids", count: 4, file: "5 files" }]);
});
