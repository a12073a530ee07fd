// Some cases of every event and relation; all of them, at more questions, are in test/long.
import { expect, test } from "vitest";
import { knownMechanisms } from "../../../../src/privacy/accounting/algebra/parse.ts";
import { plainCases } from "./cases.ts";
import { oracle } from "./oracle.ts";
import { sampledCases } from "./sampled-cases.ts";

const every = [...plainCases, ...sampledCases];
const kind = ({ event, neighbouring }: (typeof every)[number]) => `${event.mechanism} under ${neighbouring}`;
const quick = every.filter((one, i) => i % 4 === 0 || every.findIndex((other) => kind(other) === kind(one)) === i);

test("every event has a case", () => {
  const covered = new Set(quick.map(({ event }) => event.mechanism));
  const plain = knownMechanisms.filter((name) => !["no-op", "non-private"].includes(name));
  expect(plain.filter((name) => !covered.has(name as never))).toEqual([]);
});

oracle(quick, [1e-2, 1e-6], [0.3]);
