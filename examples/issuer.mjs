// The issuer of tokens, in the server that knows the app's accounts: run by neither coordinator nor helper.
// Run: node --conditions=paceline-source examples/issuer.mjs KEYS DATABASE PORT MARK
import { serveIssuer } from "paceline/issuer";
import { nodeClock, nodeCrypto, openIssuerKey, openMarkFile } from "paceline/platform/node";
import { isPostgresUrl, openDatabase as openPostgres } from "paceline/storage/postgres";
import { openDatabase as openSqlite } from "paceline/storage/sqlite";

const [keyFile = "issuer.json", database = "issuer.db", port = "8790", mark = "issuer.mark"] = process.argv.slice(2);

// Stands for the app's own sessions. A member's account has one name, on every device and after a reinstall.
const accounts = new Map([["Bearer a-session-of-ann", "ann"]]);

const issuer = await serveIssuer(
  {
    name: "issuer.example.org", // services and app have it in their `tokens.issuer`
    keys: openIssuerKey(keyFile), // `paceline keys issuer.json --issuer` prints the public half
    rho: 5_000_000n, // nano-ρ a token is worth
    rhoPerYear: 1_000_000_000n, // and a member's year: 200 tokens
    store: await (isPostgresUrl(database) ? openPostgres : openSqlite)(database),
    mark: openMarkFile(mark), // apart from the database and its backups: an older copy is found by it
    crypto: nodeCrypto,
    clock: nodeClock,
    authorise: (request) => accounts.get(request.headers.get("authorization") ?? ""),
    log: (line) => console.error(line),
  },
  { hostname: "127.0.0.1", port: Number(port) },
);
console.log(JSON.stringify({ ready: `http://127.0.0.1:${issuer.port}` }));
