// The app's own server, as far as a registrar asks it: whose a session is (RFC 7662). Here there are a few members, and a session is its
// account's name; a real one looks up what it gave out when its member logged in.
// Run: npx node examples/one-coordinator/accounts.mjs PORT [MEMBERS]
import { createServer } from "node:http";

const [port = "8403", members = "60"] = process.argv.slice(2);
const accounts = new Set(Array.from({ length: Number(members) }, (_, i) => `member-${i + 1}`));

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const session = new URLSearchParams(Buffer.concat(chunks).toString()).get("token") ?? "";
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(accounts.has(session) ? { active: true, sub: session } : { active: false }));
}).listen(Number(port), "127.0.0.1", () => console.log(`${accounts.size} accounts; stop them with Ctrl-C`));
