// examples/one-coordinator/README.md: every line runs as it is printed but for its ports. A coordinator without a helper, a registrar and an
// app's server in processes of their own, with the floors that they have by themselves, train a model whose rounds verify.
import { expect, test } from "vitest";
import { runPage } from "../../support/page.ts";

test.skipIf(process.platform === "win32")(
  "every line of the page, up to a model that follows from rounds which verify",
  async (context) => {
    const of = await runPage(context, "examples/one-coordinator/README.md");
    expect(of("paceline serve ").map((text) => JSON.parse(text).ready)).toEqual(["registrar", "coordinator"]);
    const [registrar = "", coordinator = ""] = of("paceline doctor");
    expect(registrar).toMatch(/accounts: \S+ answers, and knows no session that there is not[\s\S]*Ready\./);
    expect(coordinator).toMatch(/agreement with the registrar: it takes members for this[\s\S]*Ready\./);
    const [trained = ""] = of("paceline train --manifest");
    expect(trained).toMatch(/^ended: all rounds are done; ρ = 0\.4$/m);
    const [round = "", model = ""] = of("paceline verify");
    expect(round).toMatch(/^visits-fall-round-1 \(masked round \S+\): verified under the keys you gave$/m);
    expect(round).toMatch(/Of 7[12] members, each has \d+ neighbours of whom \d+ rebuild a secret/);
    expect(round).toContain("That the registrar is no party of the coordinator's");
    expect(model).toMatch(/^visits-fall: verified under the keys you gave$/m);
    expect(model).toContain("The weights follow from seeded ones and the rounds' releases: computed again");
    const [budget = ""] = of("paceline budget");
    expect(budget).toContain("All rounds of a training about the last four weeks, asked now, may cost ρ 0.1.");
    expect(budget).toContain("nobody else keeps books");
    expect(budget).not.toContain("The helper's books");
  },
);
