// The aggregators' half of AdditiveSum, in the shape of a Prio3 instance for two: one round with empty messages, as there is
// nothing to verify but lengths. The leader's output share is its words; the helper's is the key of the mask, 32 bytes however
// long the vector, so that both can be taken out of a batch until it closes.
import { fail } from "../../../base/errors.ts";
import { bytesOf } from "../../../math/words.ts";
import type { VerifyState } from "../messages.ts";
import { type AdditiveParameters, checkParameters } from "../parameters.ts";
import { checkSize, type MessageSizes, SEED_SIZE } from "../shape.ts";
import { maskKey } from "./mask-key.ts";

const NOTHING = new Uint8Array(0);

export class AdditiveSum {
  readonly shares = 2;
  readonly sizes: MessageSizes;

  /** @throws PacelineError invalid_argument */
  constructor(parameters: AdditiveParameters) {
    checkParameters(parameters);
    const words = bytesOf(parameters.length, parameters.bits);
    this.sizes = {
      publicShare: 0,
      leaderInputShare: words,
      helperInputShare: SEED_SIZE,
      verifierShare: 0,
      verifierMessage: 0,
      outputShare: words,
      verifyState: words,
    };
  }

  /** @throws PacelineError invalid_message when a share does not decode */
  verifyInit(
    verifyKey: Uint8Array,
    ctx: Uint8Array,
    aggregatorId: number,
    nonce: Uint8Array,
    publicShare: Uint8Array,
    inputShare: Uint8Array,
  ): { state: VerifyState; verifierShare: Uint8Array } {
    checkSize("verify key", verifyKey, SEED_SIZE);
    if (aggregatorId !== 0 && aggregatorId !== 1) fail("invalid_argument", `aggregator ${aggregatorId} of 2`);
    length("public share", publicShare, 0);
    length("input share", inputShare, aggregatorId === 0 ? this.sizes.leaderInputShare : SEED_SIZE);
    const outputShare = aggregatorId === 0 ? Uint8Array.from(inputShare) : maskKey(ctx, nonce, inputShare);
    return { state: { outputShare, jointRandSeed: NOTHING }, verifierShare: NOTHING };
  }

  /** @throws PacelineError invalid_message */
  verifierSharesToMessage(_ctx: Uint8Array, verifierShares: readonly Uint8Array[]): Uint8Array {
    if (verifierShares.length !== 2) fail("invalid_message", `${verifierShares.length} verifier shares where 2 belong`);
    for (const share of verifierShares) length("verifier share", share, 0);
    return NOTHING;
  }

  /** @throws PacelineError invalid_message */
  verifyNext({ outputShare }: VerifyState, message: Uint8Array): Uint8Array {
    length("verifier message", message, 0);
    return outputShare;
  }

  encodeState({ outputShare }: VerifyState): Uint8Array {
    return outputShare;
  }

  /** @throws PacelineError invalid_message */
  decodeState(bytes: Uint8Array): VerifyState {
    length("verification state", bytes, this.sizes.verifyState);
    // Not slice(): of a Node Buffer that is a view.
    return { outputShare: Uint8Array.from(bytes), jointRandSeed: NOTHING };
  }
}

function length(what: string, bytes: Uint8Array, wanted: number): void {
  if (bytes.length !== wanted) fail("invalid_message", `${what} of ${bytes.length} bytes where ${wanted} belong`);
}
