// A member of a round behind its device's store. Whatever it is about to send is written first, in one transaction that fails
// when another page was faster. So after a crash it sends the same bytes again or nothing, takes part in a round of a manifest
// once for ever, and reveals shares once for ever.
import { equalBytes, toHex } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";
import type { DeviceStore } from "../../../ports/device-store.ts";
import { isOwnTrouble } from "../own-trouble.ts";
import { maskVector, shareKeys, signSurvivors, unmask } from "./sharing.ts";
import { decodeState, encodeState, type MemberState, type Stage } from "./state.ts";
import { advertise, type Invitation, type MemberPorts, openNonce } from "./steps.ts";

const NONE = /* @__PURE__ */ new Uint8Array(0);
const NOTHING_HEARD = /* @__PURE__ */ new Uint8Array(32);

export interface SecureAggregationMember {
  /**
   * What to answer to the coordinator's next message: the round's opening first. The same message again gets the same answer.
   * @throws PacelineError manifest_refused, verification_failed, invalid_batch_size or invalid_message, after which the round is
   * given up for ever; conflict when it was, or another page answered
   */
  receive(message: Uint8Array): Promise<Uint8Array>;
  stage(): Promise<Stage | undefined>;
  /** When the round's time is over or consent is gone: its secrets are deleted, and nothing more is said in it. */
  giveUp(): Promise<void>;
}

/** Where a round's state lies: one row for a round of a manifest, whatever model or roster it was opened with. */
export function stateKey({ manifest, round }: Invitation["expected"]): string {
  return `secagg/${toHex(manifest)}/${round}`;
}

export function secureAggregationMember(
  store: DeviceStore,
  ports: MemberPorts,
  invitation: Invitation,
): SecureAggregationMember {
  const key = stateKey(invitation.expected);

  const replace = async (before: Uint8Array | undefined, state: MemberState) => {
    await store.transaction({ put: [[key, encodeState(state)]], delete: [], expect: [[key, before]] });
    return state.said;
  };

  return {
    async receive(message) {
      const before = await store.get(key);
      const state = before === undefined ? undefined : decodeState(before);
      const heard = await ports.crypto.sha256(message);
      if (state !== undefined && state.stage !== "given-up" && equalBytes(state.heard, heard)) return state.said;
      if (state?.stage === "given-up") fail("conflict", "this member gave the round up");
      if (state?.stage === "ended") fail("conflict", "this member has revealed what it reveals in this round");
      let next: MemberState;
      try {
        next = { ...(await take(ports, invitation, state, message)), heard };
      } catch (error) {
        // A refusal is for ever; trouble of the device's own is not the round's.
        if (!isOwnTrouble(error) && state !== undefined)
          await replace(before, { stage: "given-up", heard, said: NONE, body: undefined });
        throw error;
      }
      return await replace(before, next);
    },
    async stage() {
      const bytes = await store.get(key);
      return bytes === undefined ? undefined : decodeState(bytes).stage;
    },
    async giveUp() {
      await replace(await store.get(key), { stage: "given-up", heard: NOTHING_HEARD, said: NONE, body: undefined });
    },
  };
}

async function take(
  ports: MemberPorts,
  invitation: Invitation,
  state: MemberState | undefined,
  message: Uint8Array,
): Promise<Omit<MemberState, "heard">> {
  if (state === undefined) return taken("advertised", await advertise(ports, invitation, message));
  const { stage, said } = state;
  const body = state.body ?? fail("internal", `a round that is ${stage} keeps its secrets`);
  if (stage === "advertised") return taken("opened", await openNonce(ports, body, said, message));
  if (stage === "opened") return taken("shared", await shareKeys(ports, invitation, body, said, message));
  if (stage === "shared") return taken("masked", await maskVector(ports, invitation, body, message));
  if (stage === "masked") return taken("signed", await signSurvivors(ports, body, message));
  // The secrets go with the state that the answer is written with.
  return { stage: "ended", said: await unmask(ports, body, message), body: undefined };
}

function taken(stage: Stage, { body, say }: Awaited<ReturnType<typeof advertise>>): Omit<MemberState, "heard"> {
  return { stage, said: say, body };
}
