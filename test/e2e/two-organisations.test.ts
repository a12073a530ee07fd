// examples/two-organisations/README.md: every line runs as it is printed but for its ports, and ends in an answer.
import { expect, test } from "vitest";
import { runPage } from "../support/page.ts";

test.skipIf(process.platform === "win32")(
  "every line of the page, in its order, up to the answer",
  async (context) => {
    const of = await runPage(context, "examples/two-organisations/README.md");
    expect(of("paceline serve ").map((text) => JSON.parse(text).ready)).toEqual(["helper", "coordinator"]);
    for (const text of of("paceline doctor")) expect(text).toMatch(/agreement of both: the [\s\S]*Ready\./);
    const [answer = ""] = of("paceline ask");
    // 60 members, of whom some have too few days; the noise of both services is on the count.
    const [, members, low, high] =
      /Members counted[^\n]*\n +All members +(\d+) \((\d+)–(\d+)\)/.exec(answer)?.map(Number) ?? [];
    expect([answer, Math.abs((members ?? 0) - 60) < 40]).toEqual([answer, true]);
    expect((high ?? 0) - (low ?? 0)).toBeLessThan(30);
    expect(of("paceline budget")[0]).toContain("The helper's books");
  },
  240_000,
);
