// Where a registrar runs for rounds that one coordinator sums: what the device needs to join them, and what it demands of them.
import { fail } from "../../base/errors.ts";
import { type DeviceFloors, defaultFloors } from "../../protocol/secagg/terms.ts";
import { addressOf, functionOf, keyOf, objectOf } from "../option-checks.ts";
import type { Settings } from "../options.ts";
import type { RegistrarOptions } from "./registrar-options.ts";

export interface RegistrarSettings {
  readonly url: string;
  readonly key: Uint8Array;
  readonly headers: NonNullable<RegistrarOptions["headers"]>;
  readonly floors: DeviceFloors;
}

const names = ["url", "key", "headers", "floors"] as const;

/** @throws PacelineError invalid_argument naming the option */
export function registrarSettings(
  { coordinatorUrl, pinned }: Pick<Settings, "coordinatorUrl" | "pinned">,
  options: RegistrarOptions,
): RegistrarSettings {
  objectOf("registrar", options, names, ["url", "key"]);
  const { url, key, headers = () => ({}), floors = {} } = options;
  objectOf("registrar.floors", floors, Object.keys(defaultFloors));
  for (const [name, floor] of Object.entries(floors))
    if (!(typeof floor === "number" && floor >= 0 && Number.isFinite(floor)))
      fail("invalid_argument", `registrar.floors.${name} must be a number of 0 or more`);
  const own = {
    url: addressOf("registrar.url", url),
    key: keyOf("registrar.key", key),
    headers: functionOf(
      "registrar.headers",
      headers,
      "For example headers: () => ({ authorization: sessionHeader() }).",
    ),
    floors: { ...defaultFloors, ...floors },
  };
  // One party under two names would choose whom it sums.
  if (own.url === coordinatorUrl || own.key.every((byte, i) => byte === pinned.register[i]))
    fail("invalid_argument", "registrar must be another party than the coordinator: its address and key are its own");
  return own;
}
