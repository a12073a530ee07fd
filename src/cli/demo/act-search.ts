// Act three: search everything that crossed the wire and everything the services wrote for any member's raw value.
import { memberValues } from "../../contribution/statistics.ts";
import { WINDOW_DAYS } from "../local/window.ts";
import { type CanaryResult, canariesOf, canarySearch } from "../probe/canary.ts";
import { writtenBytes } from "../probe/inspect.ts";
import type { Answered } from "./act-answers.ts";
import type { Stage } from "./stage.ts";

export async function searchForLeaks(stage: Stage, { releases }: Answered): Promise<CanaryResult> {
  const { terminal, services, membership, devices } = stage;
  terminal.heading("Did anything leak?");
  const statistics = devices.flatMap(({ member }) =>
    releases.flatMap(({ source, window }) =>
      source.kind === "statistics"
        ? memberValues(member, source, window).filter((value) => typeof value === "number")
        : [],
    ),
  );
  const { lastDay, members, lines } = membership;
  const window = { start: lastDay + 1 - WINDOW_DAYS, end: lastDay + 1 };
  const published = new Set(
    (await stage.ledger()).flatMap(({ cap, spent }) =>
      [cap, spent, cap - spent].map((rho) => `${Math.round(rho * 1e9)}`),
    ),
  );
  const { needles, values } = canariesOf({ members, window, statistics, lines, published });
  const search = canarySearch(needles);
  const haystacks = [
    ...services.taps.flatMap((tap) => tap.captured()),
    ...writtenBytes(services.coordinator),
    ...writtenBytes(services.helper),
  ];
  let bytes = 0;
  let hits = 0;
  for (const haystack of haystacks) {
    bytes += haystack.length;
    hits += search(haystack);
  }
  // A search that cannot find is no search: plant one value in a copy of what was captured.
  const planted = needles[Math.floor(needles.length / 2)]?.bytes ?? new Uint8Array(8);
  const copy = Buffer.concat([haystacks[0] ?? new Uint8Array(0), Buffer.from("\n"), planted, Buffer.from("\ntail")]);
  const found = search(copy) > search(haystacks[0] ?? new Uint8Array(0));
  const verdict = `${(bytes / 1e6).toFixed(1)} MB searched for ${values.toLocaleString("en-US")} raw values and identifiers: ${hits} found`;
  terminal.line(`  ${hits === 0 ? verdict : terminal.style("red", verdict)}`);
  terminal.line(
    `  a value planted in a copy of the traffic: ${found ? "found, so the search works" : "NOT found: the search is broken"}`,
  );
  return { bytes, values, hits: found ? hits : -1 };
}
