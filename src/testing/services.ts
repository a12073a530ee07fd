import { toBase64Url, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { ClientOptions } from "../client/options.ts";
import { memoryDeviceStore } from "../platform/device-memory.ts";
import { portableCrypto } from "../platform/web/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto, KeyPair } from "../ports/crypto.ts";
import type { TransportRequest, TransportResponse } from "../ports/transport.ts";
import type { ReportError } from "../protocol/dap/basics.ts";
import { HpkeConfig, hpkeConfigOf } from "../protocol/dap/hpke-config.ts";
import { dapTaskOf } from "../task/dap.ts";
import { sealEnvelope, signManifest } from "../task/envelope.ts";
import { encodeManifest, type Manifest } from "../task/manifest.ts";
import { answer, newHeld, type Open, problem } from "./held.ts";
import type { Contribution } from "./opened.ts";
import { manifestOf, type TestQuestion } from "./question.ts";

/** Reserved for tests (RFC 2606): no such host can exist. */
const urls = { coordinator: "https://coordinator.test", helper: "https://helper.test" };
const DAY_MS = 86_400_000;
const PAGE = 100;

/**
 * "well"; "offline": requests fail at once; "hanging": they get no answer until this changes, and fail then; limited: status 429
 * with so many seconds of Retry-After; failing: any other status; refusing: uploads are refused for this reason, for good.
 */
export type Behaviour =
  | "well"
  | "offline"
  | "hanging"
  | { readonly limited: number }
  | { readonly failing: number }
  | { readonly refusing: ReportError };

export interface TestClock extends Clock {
  /** Moves on, or back with a negative number. */
  advance(by: {
    readonly days?: number;
    readonly hours?: number;
    readonly minutes?: number;
    readonly ms?: number;
  }): void;
}

export interface AskedTask {
  /** base64url of its id: as in notices() and in sync()'s results. */
  readonly task: string;
  readonly manifest: Manifest;
}

/** One request that left a device. */
export interface SeenRequest extends TransportRequest {
  /** By the test's clock. */
  readonly at: number;
}

export interface FakeServices {
  readonly clock: TestClock;
  /** Days since 1970 of the clock's day, UTC: what `day` of a member's day counts in. */
  today(): number;
  /** For createClient: another device with each call. Answers "at-once"; what comes after it takes its place. */
  options(): Pick<ClientOptions, "coordinator" | "helper" | "store" | "schedule" | "platform">;
  /** Asks devices something, from now on for `hours` (default 24). @throws PacelineError for a question that no device could be asked */
  ask(question: TestQuestion, hours?: number): Promise<AskedTask>;
  /** Reports that were taken, opened. @param task only of this one */
  contributions(task?: string): readonly Contribution[];
  /** Every request, in order, whether or not it was answered. */
  readonly requests: readonly SeenRequest[];
  behave(behaviour: Behaviour): void;
}

/** @param at where the clock begins: milliseconds since 1970, or a date. Default: noon of Monday, 5 January 2026, UTC. */
export async function fakeServices({
  at = "2026-01-05T12:00:00Z",
}: {
  readonly at?: number | string | Date;
} = {}): Promise<FakeServices> {
  const crypto = portableCrypto;
  const signing = { coordinator: await crypto.ed25519Generate(), helper: await crypto.ed25519Generate() };
  const keys = { leader: await crypto.x25519Generate(), helper: await crypto.x25519Generate() };
  const clock = testClock(new Date(at).getTime());
  const tasks = new Map<string, Open>();
  const held = newHeld(crypto, clock, tasks, () =>
    typeof behaviour === "object" && "refusing" in behaviour ? behaviour.refusing : undefined,
  );
  const requests: SeenRequest[] = [];
  let behaviour: Behaviour = "well";
  let hanging: (() => void)[] = [];

  function register(after: number): TransportResponse {
    const all = [...tasks.values()];
    const page = all.slice(after, after + PAGE);
    const open = page.filter(({ manifest }) => clock.now() < manifest.upload.closes * 1000);
    const shown = { tasks: open.map(({ envelope }) => envelope), next: `${after + page.length}` };
    return answer(clock, 200, utf8(JSON.stringify(shown)));
  }

  async function send(request: TransportRequest): Promise<TransportResponse> {
    requests.push({ ...request, at: clock.now() });
    if (behaviour === "hanging") await new Promise<void>((resolve) => hanging.push(resolve)).then(unanswered);
    if (behaviour === "offline") return unanswered();
    if (typeof behaviour === "object" && "limited" in behaviour)
      return answer(clock, 429, new Uint8Array(0), { "retry-after": `${behaviour.limited}` });
    if (typeof behaviour === "object" && "failing" in behaviour) return answer(clock, behaviour.failing);
    const { method, url, body } = request;
    const { origin, pathname, searchParams } = new URL(url);
    const [, uploaded] = /^\/tasks\/([A-Za-z0-9_-]{43})\/reports$/.exec(pathname) ?? [];
    const [, withdrawn] = /^\/v1\/tasks\/([A-Za-z0-9_-]{43})\/withdrawals$/.exec(pathname) ?? [];
    if (origin === urls.coordinator && method === "GET" && pathname === "/v1/tasks")
      return register(Number(searchParams.get("after") ?? 0));
    if (origin === urls.coordinator && method === "POST" && uploaded !== undefined && body !== undefined)
      return await held.upload(uploaded, body);
    if (method === "POST" && withdrawn !== undefined && body !== undefined) return await held.withdraw(withdrawn, body);
    return problem(clock, "not_found", "nothing is here");
  }

  return {
    clock,
    requests,
    today: () => Math.floor(clock.now() / DAY_MS),
    options: () => ({
      coordinator: { url: urls.coordinator, registerKey: toBase64Url(signing.coordinator.public) },
      helper: { url: urls.helper, signingKey: toBase64Url(signing.helper.public) },
      store: memoryDeviceStore(),
      schedule: "at-once",
      platform: { clock, transport: { send } },
    }),
    async ask(question, hours = 24) {
      const opens = Math.floor(clock.now() / 1000);
      const manifest = manifestOf(question, {
        name: `test-${tasks.size + 1}`,
        today: Math.floor(clock.now() / DAY_MS),
        upload: { opens, closes: opens + Math.floor(hours * 3600) },
        aggregators: {
          leader: { url: urls.coordinator, hpke: hpkeOf(1, keys.leader) },
          helper: { url: urls.helper, hpke: hpkeOf(2, keys.helper) },
        },
      });
      const { dap, envelope } = await signedBy(crypto, signing, manifest);
      const task = toBase64Url(dap.id);
      tasks.set(task, { manifest, dap, keys, envelope });
      return { task, manifest };
    },
    contributions: held.contributions,
    behave(next) {
      behaviour = next;
      const waiting = hanging;
      hanging = [];
      for (const end of waiting) end();
    },
  };
}

const hpkeOf = (id: number, { public: publicKey }: KeyPair): string =>
  toBase64Url(HpkeConfig.encode(hpkeConfigOf(id, publicKey)));

/** As the register shows it, with both services' signatures. */
async function signedBy(
  crypto: Crypto,
  signing: { readonly coordinator: KeyPair; readonly helper: KeyPair },
  manifest: Manifest,
) {
  const signer = ({ secret, public: publicKey }: KeyPair) => ({
    publicKey,
    sign: async (message: Uint8Array) => await crypto.ed25519Sign(secret, message),
  });
  const bytes = encodeManifest(manifest);
  const register = await signManifest(signer(signing.coordinator), "register", bytes);
  const helper = await signManifest(signer(signing.helper), "helper", bytes);
  return { dap: await dapTaskOf(crypto, manifest, bytes), envelope: sealEnvelope(bytes, register, helper) };
}

function testClock(start: number): TestClock {
  if (!Number.isFinite(start)) fail("invalid_argument", "at must be a date");
  let now = start;
  return {
    now: () => now,
    advance({ days = 0, hours = 0, minutes = 0, ms = 0 }) {
      now += days * DAY_MS + hours * 3_600_000 + minutes * 60_000 + ms;
    },
  };
}

function unanswered(): never {
  return fail("unavailable", "no answer came: the test's services are not there");
}
