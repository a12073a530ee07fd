// A whole fitness app on this machine: coordinator, helper and token issuer as three services, and the app's pages on an origin of
// their own.
// Run: node examples/fitness-app/serve.mjs [--port 8080] [--data FOLDER] [--minutes 30]
// In a clone: node --conditions=paceline-source examples/fitness-app/serve.mjs
import { parseArgs } from "node:util";
import { buildApp, serveApp } from "./pages.mjs";
import { askQuestions, startServices } from "./services.mjs";

const { values } = parseArgs({
  options: {
    /** The app's; the three services take the ones after it. */
    port: { type: "string", default: "8080" },
    /** Databases and keys: what is in it is found again at the next start. */
    data: { type: "string", default: ".paceline/fitness-app" },
    /** How long a question is open. A device answers within the first half, at a moment of its own. */
    minutes: { type: "string", default: "30" },
  },
});

const port = Number(values.port);
const services = await startServices(values.data, { port: port + 1, minutes: Number(values.minutes) });
const files = await buildApp(services.pinned);
const app = await serveApp(files, { port, services: services.origins });
const asked = await askQuestions(services);

console.log(`The app: ${app.url}`);
console.log(`  coordinator ${services.pinned.coordinator.url}, helper ${services.pinned.helper.url}`);
for (const { title, refused } of asked)
  console.log(`  ${refused === undefined ? "asked" : `not asked (${refused})`}: ${title}`);
console.log("  Another question, as an analyst:");
console.log(
  `    printf %s ${services.analystToken} | npx paceline login ${services.pinned.coordinator.url} --token-stdin`,
);
console.log(`    npx paceline ask "SELECT MEDIAN(sleep) FROM member_week" --yes`);
console.log("Until Ctrl-C.");

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, async () => {
    await Promise.all([app.close(), services.stop()]);
    process.exit(0);
  });
