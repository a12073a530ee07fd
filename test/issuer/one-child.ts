// An issuer or a registrar for tests that kill it: over files in a folder, on a port that it is told, at a moment that stands still.
import { join } from "node:path";
import { serveIssuer, serveRegistrar } from "../../src/issuer/index.ts";
import { nodeCrypto, openIssuerKey, openMarkFile, openRegistrarKey } from "../../src/platform/node/index.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { bearerAccount, lowFloors, registrarUrl } from "../support/masked.ts";

export interface OneOptions {
  readonly role: "issuer" | "registrar";
  readonly folder: string;
  readonly port: number;
  /** Unix milliseconds. */
  readonly now: number;
  /** Of an issuer: nano-rho. */
  readonly rho?: string;
  readonly rhoPerYear?: string;
  /** Of a registrar: whose rounds it takes members for; the key in hex. */
  readonly coordinator?: { readonly url: string; readonly registerKey: string };
}

const options = JSON.parse(process.argv[2] ?? "{}") as Partial<OneOptions>;

async function serve({ role, folder, port, now, rho = "1", rhoPerYear = "1", coordinator }: OneOptions) {
  const file = (name: string) => join(folder, `${role}.${name}`);
  const common = {
    store: await openDatabase(file("sqlite")),
    crypto: nodeCrypto,
    clock: { now: () => now },
    authorise: bearerAccount,
    log: (line: string) => void process.stderr.write(`${line}\n`),
  };
  const where = { hostname: "127.0.0.1", port };
  if (role === "registrar") {
    const { url = "", registerKey = "" } = coordinator ?? {};
    const coordinators = [{ url, registerKey: new Uint8Array(Buffer.from(registerKey, "hex")) }];
    const key = openRegistrarKey(file("keys"));
    return await serveRegistrar({ ...common, key, url: registrarUrl, coordinators, floors: lowFloors }, where);
  }
  const [keys, mark] = [openIssuerKey(file("keys")), openMarkFile(file("mark"))];
  const worth = { rho: BigInt(rho), rhoPerYear: BigInt(rhoPerYear) };
  return await serveIssuer({ ...common, ...worth, keys, mark, name: "issuer.test" }, where);
}

// A runner that was killed orphans nothing. Told nothing, it was started to be compiled.
process.on("disconnect", () => process.exit(1));
if (options.role !== undefined) {
  const running = await serve(options as OneOptions);
  process.send?.({ port: running.port });
}
