// Many who join one round at several processes of its registrar at one time: whatever they meet, there is one roster.
import { expect } from "vitest";
import { call } from "../../src/api/call.ts";
import { registrarRoutes } from "../../src/api/masked.ts";
import { fromBase64Url, toBase64Url, toHex } from "../../src/base/bytes.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { Opening } from "../../src/protocol/secagg/terms.ts";
import { joinInput, signMasked } from "../../src/task/masked/envelope.ts";
import type { MadeRound, signerOf } from "../support/masked.ts";

export interface Raced {
  /** One a process. */
  readonly doors: readonly { readonly transport: Transport; readonly url: string }[];
  readonly round: MadeRound;
  readonly register: ReturnType<typeof signerOf>;
  /** Takes no more than so many. */
  readonly most: number;
  /** Until no more can join. */
  over(): Promise<void>;
}

const said = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => "joined",
    (error: unknown) => (isPacelineError(error) ? error.code : `${error}`),
  );

/** Every account comes at every process with a key of its own there, all at once; two accounts share a key; more come than are taken. */
export async function race({ doors, round, register, most, over }: Raced): Promise<void> {
  const at = (i: number) => doors[i % doors.length] as Raced["doors"][number];
  const body = {
    manifest: toBase64Url(round.bytes),
    register: toBase64Url(await signMasked(register, "register", round.bytes)),
  };
  // Each process is told of the round at the same moment.
  const opened = await Promise.all(doors.map((door) => call(door, registrarRoutes.openRound, { body })));
  expect(new Set(opened.map(({ registrar }) => registrar)).size).toBe(1);
  const parameters = { task: toBase64Url(round.task) };
  const join = (door: Raced["doors"][number], account: string, pair: KeyPair) => {
    const headers = { authorization: `Bearer ${account}` };
    const transport: Transport = {
      send: (request) => door.transport.send({ ...request, headers: { ...request.headers, ...headers } }),
    };
    const signature = toBase64Url(nodeCrypto.ed25519Sign(pair.secret, joinInput(round.task, pair.public)));
    const own = { key: toBase64Url(pair.public), signature };
    return said(call({ transport, url: door.url }, registrarRoutes.joinRound, { parameters, body: own }));
  };
  const pairs = () => nodeCrypto.ed25519Generate() as KeyPair;
  const shared = pairs();
  const accounts = Array.from({ length: most + 4 }, (_, i) => `member-${i}`);
  const tries = [
    ...accounts.flatMap((account) => doors.map((door) => ({ account, door, pair: pairs() }))),
    ...["twin-a", "twin-b"].map((account, i) => ({ account, door: at(i), pair: shared })),
  ];
  const outcomes = await Promise.all(
    tries.map(async (one) => ({ ...one, outcome: await join(one.door, one.account, one.pair) })),
  );
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["joined", "conflict"]));
  const joined = outcomes.filter(({ outcome }) => outcome === "joined");
  expect(joined).toHaveLength(most);
  expect(new Set(joined.map(({ account }) => account)).size).toBe(most);
  expect(new Set(joined.map(({ pair }) => toHex(pair.public))).size).toBe(most);
  await over();
  const rosters = await Promise.all(
    [...doors, ...doors].map((door) => call(door, registrarRoutes.opening, { parameters })),
  );
  expect(new Set(rosters.map(({ opening }) => opening)).size).toBe(1);
  const { roster } = Opening.decode(fromBase64Url(rosters[0]?.opening ?? ""));
  expect(roster.map(toHex)).toEqual(joined.map(({ pair }) => toHex(pair.public)).sort());
  // Who is in it is told so again, at any process; nobody else is taken.
  const [first] = joined as [(typeof joined)[number]];
  for (const door of doors) {
    expect(await join(door, first.account, first.pair)).toBe("joined");
    expect(await join(door, "late", pairs())).toBe("conflict");
  }
}

/** Of a registrar that is a function of this process. */
export const inThisProcess = (
  registrar: { fetch(request: Request): Promise<Response> },
  url: string,
): Raced["doors"][number] => ({
  url,
  transport: {
    async send({ method, url: where, headers, body }) {
      const response = await registrar.fetch(
        new Request(where, { method, headers: { ...headers }, body: body as never }),
      );
      return { status: response.status, headers: {}, body: new Uint8Array(await response.arrayBuffer()) };
    },
  },
});
