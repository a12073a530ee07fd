// The entry npm scripts start from source; the installed command goes through bin/paceline.js.
import { main } from "./main.ts";

process.exitCode = await main(process.argv.slice(2));
