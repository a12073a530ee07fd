// What members check of a set of survivors before they sign it: no choice of dropouts cuts the ring.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeEntropy } from "../../../src/platform/node/index.ts";
import { neighboursOn, ringOrder } from "../../../src/protocol/secagg/graph.ts";
import { countsOf, findGraph, type GraphParameters } from "../../../src/protocol/secagg/graph-parameters.ts";
import { type Graph, holdsTogether } from "../../../src/protocol/secagg/transcript.ts";

function graphOf(members: number, parameters: GraphParameters, seed = nodeEntropy.bytes(32)): Graph {
  const order = [...ringOrder(seed, members)];
  return { id: seed, parameters, members: [...order].sort((a, b) => a - b), order };
}
const everyone = () => true;

/** Whether those for whom `stays` holds are one piece of the graph. */
function connected({ order, parameters, members }: Graph, stays: (index: number) => boolean): boolean {
  const staying = members.filter(stays);
  const seen = new Set(staying.slice(0, 1));
  for (const index of seen)
    for (const other of neighboursOn(order, parameters.degree, index)) if (stays(other)) seen.add(other);
  return seen.size === staying.length;
}

describe("1,000 members, 5 % corrupt, 30 % may leave", () => {
  const parameters = findGraph({ ...countsOf(1000, { corrupt: 0.05, dropouts: 0.3 }), adversary: "semi-malicious" });
  const graph = graphOf(1000, parameters);
  const half = parameters.degree / 2;

  test("a coordinator that calls all neighbours of a victim dropped, fewer than may leave, is refused", () => {
    const place = 500;
    const dropped = new Set([
      ...graph.order.slice(place - half, place),
      ...graph.order.slice(place + 1, place + 1 + half),
    ]);
    // All of them with what is corrupt besides: 300 may leave.
    const kept = new Set([...dropped].slice(0, dropped.size - 300));
    const survives = (index: number) => !dropped.has(index) || kept.has(index);
    expect(graph.order.filter(survives)).toHaveLength(700);
    const isolated = neighboursOn(graph.order, parameters.degree, graph.order[place] as number).filter(survives);
    expect(isolated.length).toBeLessThan(20);
    expect(holdsTogether(graph, everyone, survives)).toBe(false);
  });

  test("one that cuts the ring in two halves is refused, though each member keeps half its neighbours", () => {
    const cut = (start: number) => graph.order.slice(start, start + 150);
    const dropped = new Set([...cut(100), ...cut(600)]);
    const survives = (index: number) => !dropped.has(index);
    expect(holdsTogether({ ...graph, parameters: { ...parameters, threshold: 1 } }, everyone, survives)).toBe(false);
  });

  test("dropouts that chance chose are let through", () => {
    for (let run = 0; run < 20; run++) {
      const dropped = new Set(ringOrder(nodeEntropy.bytes(8), 1000).slice(0, 300));
      expect(holdsTogether(graph, everyone, (index) => !dropped.has(index))).toBe(true);
    }
  });
});

test("what holds together is one piece, wherever as many are corrupt as the finder allows for", () => {
  const cases = fc.record({
    members: fc.integer({ min: 8, max: 26 }),
    half: fc.integer({ min: 1, max: 3 }),
    runSurvivors: fc.integer({ min: 1, max: 3 }),
    alive: fc.array(
      fc.integer({ min: 0, max: 99 }).map((x) => x >= 12),
      { minLength: 26, maxLength: 26 },
    ),
    corrupt: fc.array(
      fc.integer({ min: 0, max: 99 }).map((x) => x < 12),
      { minLength: 26, maxLength: 26 },
    ),
  });
  // A case in thirty holds together and has somebody gone; the others say nothing and are drawn again.
  fc.assert(
    fc.property(cases, ({ members, half, runSurvivors, alive, corrupt }) => {
      const graph = graphOf(members, { degree: 2 * half, threshold: 1, runSurvivors }, Uint8Array.of(members));
      const corruptIn = (start: number) =>
        Array.from({ length: half }, (_, i) => Number(corrupt[graph.order[(start + i) % members] as number])).reduce(
          (a, b) => a + b,
          0,
        );
      for (let a = 0; a < members; a++)
        for (let b = a + half; b + half <= a + members; b++)
          fc.pre(corruptIn(a) + corruptIn(b) <= 2 * runSurvivors - 1);
      const survives = (index: number) => alive[index] === true;
      fc.pre(!graph.members.every(survives));
      fc.pre(holdsTogether(graph, () => false, survives));
      expect(connected(graph, (index) => alive[index] === true && corrupt[index] !== true)).toBe(true);
    }),
    { numRuns: 50, maxSkipsPerRun: 1000 },
  );
});

test("every sharer keeps as many surviving neighbours as rebuild its secrets, dropped or not", () => {
  for (const [members, degree] of [
    [12, 4],
    [12, 11],
    [13, 12],
    [13, 6],
  ] as const)
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: members, maxLength: members }),
        fc.integer({ min: 1, max: 12 }),
        (alive, threshold) => {
          const graph = graphOf(members, { degree, threshold, runSurvivors: 0 }, Uint8Array.of(degree));
          const survives = (index: number) => alive[index] === true;
          const counted = graph.members.every(
            (index) => neighboursOn(graph.order, degree, index).filter(survives).length >= threshold,
          );
          expect(holdsTogether(graph, everyone, survives)).toBe(counted);
        },
      ),
      { numRuns: 60 },
    );
});

describe("small cohorts, every corrupt set and every set of survivors", () => {
  const subsets = (members: number, least: number, most: number) =>
    Array.from({ length: 2 ** members }, (_, bits) =>
      [...Array(members).keys()].filter((i) => ((bits >> i) & 1) === 1),
    ).filter((set) => set.length >= least && set.length <= most);

  test.each([
    [4, 0, 3],
    [5, 1, 4],
    [6, 1, 5],
    [6, 2, 5],
    [7, 1, 5],
    [7, 2, 6],
  ])(
    "of %i, %i corrupt, %i staying: no corrupt set rebuilds what the honest did not reveal, nor cuts the sum",
    (members, corrupt, survivors) => {
      const parameters = findGraph({ members, corrupt, survivors, adversary: "semi-malicious" });
      const graph = graphOf(members, parameters, Uint8Array.of(members, corrupt));
      const neighbours = graph.members.map((index) => neighboursOn(graph.order, parameters.degree, index));
      let looked = 0;
      for (const colluding of subsets(members, corrupt, corrupt).map((set) => new Set(set)))
        for (const staying of subsets(members, survivors, members).map((set) => new Set(set))) {
          if (!holdsTogether(graph, everyone, (index) => staying.has(index))) continue;
          looked++;
          const honest = graph.members.filter((index) => !colluding.has(index));
          for (const index of honest) {
            // Honest neighbours reveal one kind of share; of the other there is what the corrupt ones hold.
            const other = (neighbours[index] as number[]).filter((one) => colluding.has(one)).length;
            expect(other).toBeLessThan(parameters.threshold);
          }
          expect(connected(graph, (index) => staying.has(index) && !colluding.has(index))).toBe(true);
        }
      expect(looked).toBeGreaterThan(0);
    },
  );
});
