// Asking the rounds that were decided on, and telling the helper of those that were given up.
import { call } from "../../api/call.ts";
import { helperRoutes } from "../../api/routes.ts";
import { roundTask } from "../../learning/server/rounds/task.ts";
import { parseRho } from "../../privacy/accounting/nano-rho.ts";
import { rational } from "../../privacy/rational.ts";
import type { TrainingRow } from "../../release/store.ts";
import { helperOf } from "../partner.ts";
import type { CoordinatorParts } from "../parts.ts";
import { settingOf } from "../setting.ts";
import { roundHash } from "./abandon.ts";
import { type Driving, follow } from "./follow.ts";
import { withAgain } from "./places.ts";
import type { OpenRound, RunState } from "./state.ts";
import { streamEnd, streamRefused } from "./stream.ts";

/** That devices may send no more of what was given up: it takes no report from then on. @throws PacelineError unavailable */
export async function tellHelper(parts: CoordinatorParts, row: TrainingRow, state: RunState): Promise<true> {
  const { transport, terms } = parts;
  const { url, token } = helperOf(terms);
  for (const task of state.untold) await call({ transport, url, token }, helperRoutes.end, { parameters: { task } });
  return await follow(parts, row, { ...state, untold: [] });
}

/** Asked before and not written down, it is the same task. @throws PacelineError whatever either service's rules say */
export async function publish(
  { parts, publisher, masked }: Driving,
  row: TrainingRow,
  state: RunState,
  round: OpenRound,
): Promise<true> {
  const { terms } = state;
  const { training } = round;
  const { operator } = settingOf(parts.terms, parts.clock.now());
  const asked = { rho: rational(parseRho(terms.rho), 1_000_000_000n), minBatch: terms.minBatch, end: terms.end };
  const hash = await roundHash(parts, terms, round);
  if (training.sharing.kind === "masked")
    return await published(parts, row, state, round, await masked.publish(hash, training, asked));
  const planned = roundTask(training, asked, operator.definitions);
  const ended = await streamEnd(parts, planned);
  if (ended !== undefined) return await follow(parts, row, endedWithout(state, round, ended));
  try {
    return await published(parts, row, state, round, await publisher.publish(hash, planned, null));
  } catch (error) {
    const before = state.rounds.at(-1) ?? state.abandoned.at(-1);
    const refused = await streamRefused(parts, state, before?.task, error);
    if (refused === undefined) throw error;
    return await follow(parts, row, endedWithout(state, round, refused));
  }
}

/** The training ends before this round is. */
export function endedWithout(state: RunState, round: OpenRound, because: string): RunState {
  const { number } = round.training.round;
  const open = state.open.filter((one) => one !== round);
  return { ...state, open, again: withAgain(state.again, [{ number, attempts: 0 }]), phase: "ended", because };
}

async function published(
  parts: CoordinatorParts,
  row: TrainingRow,
  state: RunState,
  round: OpenRound,
  asked: { readonly task: string; readonly rho: string },
): Promise<true> {
  parts.passing("coordinator:round-published");
  // All rounds of a stream are one debit.
  const before = state.training.stream === undefined ? BigInt(state.spent) : 0n;
  const spent = (before + BigInt(asked.rho)).toString();
  const open = state.open.map((one) => (one === round ? { ...round, task: asked.task } : one));
  return await follow(parts, row, { ...state, open, spent });
}
