// What a helper's or a registrar's operator hands to the coordinator's: where the service is, its public keys, and of a helper the token
// between the two.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseChecked, withCheck } from "../../platform/node/checked.ts";
import { refuseShared } from "../../platform/node/private.ts";
import { coordinatorSchema } from "../serve/schema.ts";

/** Of the coordinator's configuration, what the other party decides: files of this machine are none of it. */
const { helper, registrar } = coordinatorSchema.shape;
const parties = {
  helper: {
    format: "paceline-invitation-1",
    decided: helper.unwrap().pick({ url: true, token: true, signingKey: true, hpke: true }),
  },
  registrar: { format: "paceline-registrar-1", decided: registrar.unwrap().pick({ url: true, key: true }) },
} as const;

export type Party = keyof typeof parties;
export type Invitation<P extends Party = "helper"> = z.input<(typeof parties)[P]["decided"]>;

export const invitationText = <P extends Party>(party: P, invitation: Invitation<P>): string =>
  `${JSON.stringify(withCheck({ format: parties[party].format, ...invitation }), null, 2)}\n`;

/** @throws PacelineError not_found, policy_refused when others can read a token, invalid_data; never with the token */
export function readInvitation<P extends Party>(party: P, path: string): Invitation<P> {
  if (party === "helper") refuseShared(path, "the token between two services");
  const whence = `the file that \`paceline init ${party}\` wrote`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    fail("not_found", `${path} cannot be read`, { cause, hint: `Give ${whence} for the coordinator's operator.` });
  }
  const refuse = (why: string): never =>
    fail("invalid_data", `${path} is no invitation: ${why}`, {
      hint: `Ask the ${party}'s operator for ${whence}, as it is.`,
    });
  let written: unknown;
  try {
    written = parseChecked(text);
  } catch (error) {
    refuse(isPacelineError(error) ? error.message : "it cannot be read");
  }
  const { format, decided } = parties[party];
  const { data, error } = decided.extend({ format: z.literal(format) }).safeParse(written);
  if (data === undefined) return refuse(`${error.issues[0]?.path.join(".") || "its shape"} is wrong`);
  const { format: _, ...invitation } = data;
  return invitation as unknown as Invitation<P>;
}
