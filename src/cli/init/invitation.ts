// What a helper's operator hands to the coordinator's: where the helper is, its public keys, and the token between the two.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { refuseShared } from "../../platform/node/private.ts";
import { coordinatorSchema } from "../serve/schema.ts";

const format = "paceline-invitation-1";
/** Of the coordinator's configuration, what the other party decides: files of this machine are none of it. */
const decided = coordinatorSchema.shape.helper.pick({ url: true, token: true, signingKey: true, hpke: true });
export type Invitation = z.input<typeof decided>;

const schema = decided.extend({ format: z.literal(format) });

export const invitationText = (invitation: Invitation): string =>
  `${JSON.stringify({ format, ...invitation }, null, 2)}\n`;

/** @throws PacelineError not_found, policy_refused when others can read it, invalid_data; never with the token */
export function readInvitation(path: string): Invitation {
  refuseShared(path, "the token between two services");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    fail("not_found", `${path} cannot be read`, {
      cause,
      hint: "Give the file that `paceline init helper` wrote for the coordinator's operator.",
    });
  }
  const parsed = schema.safeParse(parseJson(text, path, "invalid_data"));
  if (!parsed.success)
    fail(
      "invalid_data",
      `${path} is no invitation: ${parsed.error.issues[0]?.path.join(".") || "its shape"} is wrong`,
      {
        hint: "Ask the helper's operator for the file that `paceline init helper` wrote, as it is.",
      },
    );
  const { format: _, ...invitation } = parsed.data;
  return invitation;
}
