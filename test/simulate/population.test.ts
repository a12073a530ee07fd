import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseDay, weekday } from "../../src/base/calendar.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import type { Member } from "../../src/records/types.ts";
import { population } from "../../src/simulate/population.ts";
import { builtIn, isPlausible, metricById } from "../../src/task/metrics.ts";
import { auc, type Case, scores } from "./logistic.ts";
import { daysWith, fellAway, mean, meanOf, sd, visitsBetween } from "./measures.ts";

const lastDay = parseDay("2026-04-05");
const everyone = population({ seed: "population.test", lastDay });
const recent = (metric: string, members: readonly Member[] = everyone) =>
  members.map((member) => meanOf(member, metric, lastDay - 27, lastDay)).filter((value) => value !== undefined);
const share = (members: readonly Member[], holds: (member: Member) => boolean) =>
  members.filter(holds).length / members.length;
const groups = (attribute: string) => Map.groupBy(everyone, (member) => member.profile[attribute] as string);
/** Those with records of all of the last four weeks. */
const present = everyone.filter((member) => daysWith(member, "visits", lastDay - 27, lastDay) === 28);

function between(value: number, low: number, high: number) {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}

describe("determinism", () => {
  test("equal options, equal population; another seed, another one", () => {
    const options = { seed: "s", lastDay, members: 40, weeks: 6 };
    expect(population(options)).toEqual(population(options));
    expect(population({ ...options, seed: "t" })).not.toEqual(population(options));
  });

  test("a member does not depend on how many others there are", () => {
    expect(population({ seed: "s", lastDay, members: 5 })).toEqual(
      population({ seed: "s", lastDay, members: 12 }).slice(0, 5),
    );
  });

  test("the numbers stay what they were", () => {
    const members = population({ seed: "frozen", lastDay, members: 25, weeks: 8 });
    // six decimals, so that a last bit of Math.log does not matter
    const hashOf = (what: unknown) => {
      const text = JSON.stringify(what, (_, value) => (typeof value === "number" ? Number(value.toFixed(6)) : value));
      return createHash("sha256").update(text).digest("hex").slice(0, 16);
    };
    const measured = members.map((member) => ({ ...member, days: member.days.map(({ events: _, ...day }) => day) }));
    expect(hashOf(measured)).toBe("009e616ff3f9d01e");
    expect(hashOf(members)).toBe("f2a2fff4b9106b50");
  });
});

describe("shape", () => {
  test("who came has the hour in that day's week, who did not has none; topics are of the list", () => {
    const hours = new Set(builtIn.attribute("visitHours")?.values);
    let contacts = 0;
    for (const { days } of everyone.slice(0, 500))
      for (const { day, values, events } of days) {
        const came = Object.entries(events?.visitHours ?? {});
        expect(came).toHaveLength(values.visits ?? 0);
        for (const [hour, count] of came) {
          expect(hours.has(hour) && count === 1).toBe(true);
          expect(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].indexOf(hour.slice(0, 3))).toBe(weekday(day) - 1);
        }
        contacts += Object.keys(events?.supportTopics ?? {}).length;
      }
    expect(contacts).toBeGreaterThan(50);
  });

  test("metrics, plausible values and bands are those of the registry", () => {
    for (const { days, profile } of everyone.slice(0, 500)) {
      for (const { values } of days)
        for (const [id, value] of Object.entries(values))
          expect(isPlausible(metricById(id) ?? expect.unreachable(id), value)).toBe(true);
      for (const [id, value] of Object.entries(profile))
        expect(builtIn.attribute(id)?.values ?? [value], id).toContain(value);
    }
  });

  test("3,000 members over 112 days, days in order and within the window", () => {
    expect(everyone).toHaveLength(3000);
    for (const { days } of everyone)
      days.forEach(({ day }, i) => {
        if (day <= (days[i - 1]?.day ?? lastDay - 112) || day > lastDay) expect.fail(`day ${day}`);
      });
    expect(Math.max(...everyone.map(({ days }) => days.length))).toBe(112);
  });

  test("ids are distinct and long enough to be searched for", () => {
    expect(new Set(everyone.map((member) => member.id)).size).toBe(3000);
    for (const [index, { id }] of everyone.entries())
      expect(id).toMatch(new RegExp(`^member-${String(index).padStart(6, "0")}-[0-9a-f]{8}$`));
  });

  test("profiles are bands and labels, each of them common enough", () => {
    expect([...groups("ageBand").keys()].sort()).toEqual(["18-24", "25-34", "35-44", "45-54", "55-64", "65+"]);
    expect([...groups("site").keys()]).toHaveLength(5);
    expect([...groups("deviceClass").keys()].sort()).toEqual(["band", "phone", "ring", "watch"]);
    expect([...groups("tenureBand").keys()].sort()).toEqual(["0-3m", "1-3y", "3-12m", "3y+"]);
    for (const attribute of ["ageBand", "site", "deviceClass", "tenureBand"])
      for (const members of groups(attribute).values()) expect(members.length).toBeGreaterThan(120);
  });

  test.each([
    { seed: "s", lastDay: 1.5 },
    { seed: "s", lastDay, members: -1 },
    { seed: "s", lastDay, members: 2.5 },
    { seed: "s", lastDay, weeks: 0 },
    { seed: "s", lastDay, weeks: 100_000 },
  ])("%o is refused", (options) => {
    let code = "none";
    try {
      population(options);
    } catch (error) {
      code = isPacelineError(error) ? error.code : "other";
    }
    expect(code).toBe("invalid_argument");
  });
});

describe("plausibility", () => {
  test("every value is one that a device could show", () => {
    const bounds: Record<string, [number, number]> = {
      rhr: [25, 105],
      sleep: [300, 540],
      steps: [1, 50_000],
      moderate: [0, 240],
      vigorous: [0, 240],
      visits: [0, 1],
    };
    for (const { days } of everyone)
      for (const { values } of days)
        for (const [metric, value] of Object.entries(values)) {
          const [low, high] = bounds[metric] as [number, number];
          if (!(value >= low && value <= high)) expect.fail(`${metric} of ${value}`);
          if (metric !== "rhr" && !Number.isInteger(value)) expect.fail(`${metric} of ${value}`);
        }
  });

  test("resting heart rates are about 62 ± 7 and not rounded; devices and ages differ", () => {
    between(mean(recent("rhr")), 61, 64.5);
    between(sd(recent("rhr")), 6.3, 7.7);
    const band = mean(recent("rhr", groups("deviceClass").get("band")));
    const ring = mean(recent("rhr", groups("deviceClass").get("ring")));
    between(band - ring, 2, 5);
    between(
      mean(recent("rhr", groups("ageBand").get("65+"))) - mean(recent("rhr", groups("ageBand").get("18-24"))),
      2,
      6,
    );
    const values = everyone.flatMap(({ days }) => days).flatMap(({ values: { rhr } }) => rhr ?? []);
    expect(values.filter((value) => Number.isInteger(value * 1024)).length).toBe(0);
  });

  test("nights of about seven hours", () => {
    between(mean(recent("sleep")), 405, 440);
    between(sd(recent("sleep")), 25, 40);
  });

  test("steps are skewed, fewer on Sundays and fewer to a phone", () => {
    const steps = recent("steps").sort((a, b) => a - b);
    between(mean(steps), 7000, 9000);
    expect(mean(steps)).toBeGreaterThan(steps[steps.length >> 1] as number);
    const on = (which: number) =>
      mean(
        everyone.flatMap(({ days }) =>
          days.flatMap(({ day, values }) => (weekday(day) === which ? (values.steps ?? []) : [])),
        ),
      );
    between(on(7) / on(3), 0.65, 0.85);
    between(mean(recent("steps", groups("deviceClass").get("phone"))) / mean(steps), 0.75, 0.92);
  });

  test("about half move for 150 minutes a week, vigorous ones counted twice", () => {
    const moderate = recent("moderate");
    const vigorous = recent("vigorous");
    const enough = moderate.filter((minutes, i) => 7 * (minutes + 2 * (vigorous[i] as number)) >= 150);
    between(enough.length / moderate.length, 0.45, 0.55);
  });

  test("usual visits", () => {
    between(mean(present.map((member) => visitsBetween(member, lastDay - 83, lastDay - 56) / 4)), 1.4, 2.4);
  });
});

describe("missing data", () => {
  test("phones alone measure neither heart rate nor sleep", () => {
    for (const [deviceClass, members] of groups("deviceClass")) {
      const expected = deviceClass === "phone" ? 0 : members.length;
      const measured = members.filter(
        (member) => daysWith(member, "rhr", 0, lastDay) + daysWith(member, "sleep", 0, lastDay) > 0,
      );
      between(measured.length, expected * 0.98, expected);
    }
  });

  test("a few percent of days have visits only", () => {
    const days = everyone.flatMap((member) => member.days);
    between(days.filter(({ values }) => values.steps === undefined).length / days.length, 0.06, 0.18);
    expect(days.every(({ values }) => values.visits !== undefined)).toBe(true);
  });

  test("some spells of at least four days without the wearable", () => {
    const longest = (member: Member) => {
      let run = 0;
      let most = 0;
      for (const { values } of member.days) {
        run = values.steps === undefined ? run + 1 : 0;
        most = Math.max(most, run);
      }
      return most;
    };
    between(
      share(everyone, (member) => longest(member) >= 4),
      0.3,
      0.6,
    );
  });

  test("six to ten percent have too little in the last four weeks to take part", () => {
    between(
      share(everyone, (member) => daysWith(member, "steps", lastDay - 27, lastDay) < 7),
      0.06,
      0.1,
    );
    between(
      share(everyone, (member) => daysWith(member, "visits", lastDay - 27, lastDay) < 10),
      0.06,
      0.1,
    );
  });

  test("newcomers have a short past", () => {
    for (const { profile, days } of everyone)
      if (profile.tenureBand === "0-3m" && days.length > 91) expect.fail(`${days.length} days`);
  });
});

describe("members who fall away", () => {
  test("about three in ten, newcomers above all", () => {
    between(
      share(present, (member) => fellAway(member, lastDay)),
      0.25,
      0.36,
    );
    const rate = (tenure: string) =>
      share(
        present.filter((member) => member.profile.tenureBand === tenure),
        (member) => fellAway(member, lastDay),
      );
    expect(rate("0-3m")).toBeGreaterThan(rate("3y+") + 0.15);
  });

  const cut = lastDay - 28;
  const weekly = (member: Member) =>
    Array.from({ length: 8 }, (_, week) => visitsBetween(member, cut - 7 * week - 6, cut - 7 * week));
  const change = (member: Member, metric: string, usual: number) =>
    (meanOf(member, metric, cut - 13, cut) ?? usual) - (meanOf(member, metric, cut - 55, cut - 14) ?? usual);
  const areaOf = (featuresOf: (member: Member) => number[], labelOf: (index: number) => boolean) => {
    const cases: Case[] = present.map((member, i) => ({ features: featuresOf(member), label: labelOf(i) }));
    const [training, rest] = [cases.slice(0, cases.length >> 1), cases.slice(cases.length >> 1)];
    return auc(rest, scores(training, rest));
  };
  const labels = present.map((member) => fellAway(member, lastDay));

  test("weekly visits before the last four weeks foretell it", () => {
    between(
      areaOf(weekly, (i) => labels[i] as boolean),
      0.7,
      0.85,
    );
  });

  test("activity, sleep and tenure add to it", () => {
    const all = (member: Member) => [
      ...weekly(member),
      change(member, "steps", 8000) / 1000,
      change(member, "moderate", 15),
      change(member, "sleep", 420),
      member.profile.tenureBand === "0-3m" ? 1 : 0,
      member.profile.tenureBand === "3y+" ? 1 : 0,
    ];
    const area = areaOf(all, (i) => labels[i] as boolean);
    between(area, 0.75, 0.88);
    expect(area).toBeGreaterThan(areaOf(weekly, (i) => labels[i] as boolean));
  });

  test("nothing foretells another member's label", () => {
    between(
      areaOf(weekly, (i) => labels[(i + 1) % labels.length] as boolean),
      0.44,
      0.56,
    );
  });
});
