// What mechanisms have in common whose noise is a sum of the clients' own shares: every client adds a little, the sum of
// those that stay protects, and dropouts are paid for beforehand.
import { fail } from "../../base/errors.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import { formatRational, type Rational, rational } from "../rational.ts";
import { numberAbove } from "../rational-bounds.ts";
import { ceilSquareRoot } from "../samplers/square-root.ts";
import type { JointSensitivities } from "./skellam/mechanism.ts";

/** The relations under which a sum of shares is accounted: replacing a client would change two contributions. */
export type ShareRelation = "add-or-remove-one" | "zero-out";

export interface LocalNoiseParameters<N extends ShareRelation> {
  /** Variance (parameter) of one client's share, in the scaled integer domain. */
  readonly localVariance: Rational;
  readonly clients: number;
  /** At most so many of the clients never deliver their share. */
  readonly dropouts: number;
  /** Cells of the vector. */
  readonly dimension: number;
  readonly neighbouring: N;
  /** Bounds of one client's rounded, scaled vector. */
  readonly sensitivities: JointSensitivities<NoInfer<N>>;
}

export interface LocalNoise<E> {
  readonly event: E;
  readonly trust: "distributed";
  /** Variance of the noise in the sum when as many drop out as were allowed for: with fewer it is larger. */
  readonly centralVariance: Rational;
  /** One client's own noise, to be added modulo before its vector is masked. */
  drawShare(entropy: AnyEntropy): bigint[];
}

/** The event's fields, checked. @throws PacelineError invalid_argument */
export function localNoiseFields<N extends ShareRelation>(parameters: LocalNoiseParameters<N>) {
  const { localVariance, sensitivities } = parameters;
  if (localVariance.num <= 0n) fail("invalid_argument", "localVariance must be a fraction above 0");
  if (!(["add-or-remove-one", "zero-out"] as readonly string[]).includes(parameters.neighbouring))
    fail("unsupported", "sums of local shares are accounted under add-or-remove-one and zero-out only");
  const clients = whole("clients", parameters.clients, 1);
  return {
    localVariance: formatRational(localVariance),
    clients,
    dropouts: whole("dropouts", parameters.dropouts, 0, clients - 1),
    dimension: whole("dimension", parameters.dimension, 1, 2 ** 24),
    sensitivities: { l1: numberAbove(rational(sensitivities.l1)), l2: rootAbove(sensitivities.l2Squared) },
  };
}

export function centralVariance(localVariance: Rational, shares: number): Rational {
  return rational(localVariance.num * BigInt(shares), localVariance.den);
}

function whole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  return fail("invalid_argument", `${name} must be a whole number between ${least} and ${most}`);
}

/** A double not below the square root. */
function rootAbove(square: bigint): number {
  const fine = 1n << 30n;
  const root = ceilSquareRoot(square);
  return numberAbove(root * root === square ? rational(root) : rational(ceilSquareRoot(square * fine * fine), fine));
}
