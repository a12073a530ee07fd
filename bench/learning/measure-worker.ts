// Prints what a kind of worker costs, as JSON. Argument: the kind.
import { measureKind } from "./workers.ts";

process.stdout.write(JSON.stringify(await measureKind(process.argv[2] ?? "")));
