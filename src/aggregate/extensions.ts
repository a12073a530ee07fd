// The public extensions of a report at an aggregator: what withdraws it, always; and as many tokens as its task says.
import type { Extension } from "../protocol/dap/basics.ts";
import { WITHDRAWAL_BYTES, WITHDRAWAL_EXTENSION } from "../protocol/dap/withdrawal.ts";
import { tokensIn } from "../protocol/privacypass/extension.ts";
import type { Token } from "../protocol/privacypass/token.ts";
import type { AskedTokens } from "./tokens.ts";

export interface PublicExtensions {
  /** What the report commits to: 32 bytes. */
  readonly withdrawal: Uint8Array;
  readonly tokens: readonly Token[];
}

/**
 * @param asked undefined where tasks cost no tokens: a report then has none
 * @returns undefined when they are not exactly what the task asks for
 */
export function publicExtensionsOf(
  extensions: readonly Extension[],
  asked: AskedTokens | undefined,
): PublicExtensions | undefined {
  const last = extensions.at(-1);
  if (last?.type !== WITHDRAWAL_EXTENSION || last.data.length !== WITHDRAWAL_BYTES) return undefined;
  const tokens = tokensIn(extensions.slice(0, -1), asked?.count ?? 0);
  return tokens && { withdrawal: last.data, tokens };
}
