// Our schemas against zod's on the same documents: whatever is made of both at random must take the same values and give the
// same data; and what is said of a wrong one.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromJSONSchema } from "zod";
import * as zod from "zod/mini";
import { toJsonSchema } from "../../src/base/json-schema.ts";
import * as own from "../../src/base/schema.ts";

interface Pair {
  readonly ours: own.Schema;
  readonly theirs: zod.ZodMiniType;
}

const pair = (ours: own.Schema, theirs: zod.ZodMiniType): Pair => ({ ours, theirs });
const name = fc.constantFrom("a", "b", "c", "kind");
const bound = fc.integer({ min: -3, max: 3 });
const few = fc.nat({ max: 2 });

const leaf: fc.Arbitrary<Pair> = fc.oneof(
  fc.constant(pair(own.boolean(), zod.boolean())),
  fc.constant(pair(own.string(), zod.string())),
  few.map((n) => pair(own.string().check(own.maxLength(n)), zod.string().check(zod.maxLength(n)))),
  fc.constant(pair(own.string().check(own.regex(/^[a-c]+$/)), zod.string().check(zod.regex(/^[a-c]+$/)))),
  bound.map((n) => pair(own.number().check(own.gte(n), own.lt(n + 2)), zod.number().check(zod.gte(n), zod.lt(n + 2)))),
  bound.map((n) => pair(own.int().check(own.gt(n), own.lte(n + 2)), zod.int().check(zod.gt(n), zod.lte(n + 2)))),
  fc.constantFrom("a", 1).map((value) => pair(own.literal(value), zod.literal(value))),
  fc.constant(pair(own.enum(["a", "b"]), zod.enum(["a", "b"]))),
);

const { schema } = fc.letrec<{ schema: Pair }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc
      .tuple(fc.dictionary(name, fc.tuple(tie("schema"), fc.boolean()), { maxKeys: 3 }), fc.nat(1))
      .map(([fields, strict]) => {
        const shape = Object.entries(fields).map(
          ([field, [{ ours, theirs }, needed]]) =>
            [field, needed ? ours : own.optional(ours), needed ? theirs : zod.optional(theirs)] as const,
        );
        const ours = Object.fromEntries(shape.map(([field, one]) => [field, one]));
        const theirs = Object.fromEntries(shape.map(([field, , one]) => [field, one]));
        return strict === 1
          ? pair(own.strictObject(ours), zod.strictObject(theirs))
          : pair(own.object(ours), zod.object(theirs));
      }),
    fc
      .tuple(tie("schema"), few)
      .map(([{ ours, theirs }, n]) =>
        pair(own.array(ours).check(own.minLength(n)), zod.array(theirs).check(zod.minLength(n))),
      ),
    fc
      .tuple(tie("schema"), tie("schema"))
      .map(([a, b]) => pair(own.tuple([a.ours, b.ours]), zod.tuple([a.theirs, b.theirs]))),
    fc
      .tuple(tie("schema"), tie("schema"))
      .map(([a, b]) => pair(own.union([a.ours, b.ours]), zod.union([a.theirs, b.theirs]))),
    tie("schema").map(({ ours, theirs }) => pair(own.nullable(ours), zod.nullable(theirs))),
    tie("schema").map(({ ours, theirs }) => pair(own.record(own.string(), ours), zod.record(zod.string(), theirs))),
    tie("schema").map(({ ours, theirs }) =>
      pair(
        own.discriminatedUnion("kind", [
          own.strictObject({ kind: own.literal("a"), a: ours }),
          own.strictObject({ kind: own.literal("b") }),
        ]),
        zod.discriminatedUnion("kind", [
          zod.strictObject({ kind: zod.literal("a"), a: theirs }),
          zod.strictObject({ kind: zod.literal("b") }),
        ]),
      ),
    ),
  ),
}));

/** Documents that often fit: the same few names and texts. */
const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>("a", "b", "", "abca", 0, 1, 2, -1, 1.5, null, true, 2 ** 60),
    fc.dictionary(name, tie("document"), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie("document"), { maxLength: 3 }),
  ),
}));

test("takes what zod takes, and gives what zod gives", () => {
  let taken = 0;
  fc.assert(
    fc.property(schema, document, ({ ours, theirs }, value) => {
      const parsed = own.safeParse(ours, value);
      const expected = zod.safeParse(theirs, value);
      expect(parsed.success).toBe(expected.success);
      if (!parsed.success || !expected.success) return;
      taken += 1;
      expect(parsed.data).toEqual(expected.data);
    }),
    { numRuns: 4000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test("describes as JSON Schema what it takes", () => {
  let taken = 0;
  fc.assert(
    fc.property(schema, document, ({ ours }, value) => {
      const theirs = fromJSONSchema(toJsonSchema(ours, { io: "input" }) as Parameters<typeof fromJSONSchema>[0]);
      const { success } = own.safeParse(ours, value);
      expect(theirs.safeParse(value).success).toBe(success);
      if (success) taken += 1;
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(15);
});

describe("what is wrong, and where", () => {
  const tree = own.strictObject({
    a: own.array(own.strictObject({ n: own.int().check(own.gte(1)) })),
    b: own.optional(own.discriminatedUnion("kind", [own.strictObject({ kind: own.literal("x") })])),
  });
  test.each([
    [{}, ["a"], "is missing"],
    [{ a: [{ n: 1 }, { n: 0 }] }, ["a", 1, "n"], "must be at least 1"],
    [{ a: [{ n: 1.5 }] }, ["a", 0, "n"], "must be a whole number"],
    [{ a: [], c: 1 }, [], 'has a field "c" that nobody knows'],
    [{ a: [], b: { kind: "y" } }, ["b", "kind"], "is none of those that are known"],
    [[], [], "must be an object"],
    [null, [], "must be an object"],
  ])("%j", (value, path, message) => {
    const parsed = own.safeParse(tree, value);
    expect(parsed).toEqual({ success: false, error: { issues: [{ path, message }] } });
  });

  test("a field called __proto__ is a field", () => {
    const value: unknown = JSON.parse('{"a":[],"__proto__":{"n":1}}');
    expect(own.safeParse(tree, value).success).toBe(false);
    const kept = own.safeParse(own.looseObject({}), value);
    expect(kept.success && Object.keys(kept.data)).toEqual(["a", "__proto__"]);
    const dropped = own.safeParse(own.object({ a: own.unknown() }), value);
    expect(dropped.success && Object.getPrototypeOf(dropped.data)).toBe(Object.prototype);
  });

  test("a schema may hold itself", () => {
    type Tree = { readonly of: readonly Tree[] };
    const recursive: own.Schema<Tree> = own.strictObject({ of: own.array(own.lazy(() => recursive)) });
    expect(own.safeParse(recursive, { of: [{ of: [] }] }).success).toBe(true);
    expect(own.safeParse(recursive, { of: [{ of: [1] }] })).toMatchObject({
      error: { issues: [{ path: ["of", 0, "of", 0], message: "must be an object" }] },
    });
    expect(Object.keys(toJsonSchema(recursive))).toContain("$defs");
  });
});
