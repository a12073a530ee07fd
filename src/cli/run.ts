// The entry npm scripts start from source; the installed command goes through bin/paceline.js.
import { start } from "./start.ts";

process.exitCode = await start();
