// What the room computes off the page's thread: a world, kept here, and what is tried on it.

import { fail } from "../../base/errors.ts";
import { type ExportFormat, exportRelease } from "../../figures/index.ts";
import { decodeRelease } from "../../task/release.ts";
import type { Progress } from "../shell/progress.ts";
import { type AttackName, attack, type Verdict } from "./attacks.ts";
import { runWorld, type Settings, type Told, type World } from "./world.ts";

let world: World | undefined;
const known = (): World => world ?? fail("not_found", "nothing has run yet", { hint: "Run it first." });

export const api = {
  async run(settings: Settings, progress: Progress): Promise<Told> {
    const made = await runWorld(settings, progress);
    world = made.world;
    return made.told;
  },
  async attack(name: AttackName): Promise<Verdict> {
    return await attack(known(), name);
  },
  async release(format: ExportFormat): Promise<string> {
    const { release } = known();
    return exportRelease(decodeRelease(release), format);
  },
};
