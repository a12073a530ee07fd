// A whole fitness app on this machine: coordinator, helper and token issuer as three services, and the app's pages on an origin of
// their own.
// Run: node examples/fitness-app/serve.mjs [--port 8080] [--data FOLDER] [--minutes 30] [--once]
// In a clone: npm run app
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
    /** Stops when everything has answered. */
    once: { type: "boolean", default: false },
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
const stop = async () => {
  await Promise.all([app.close(), services.stop()]);
};
if (values.once) {
  for (const url of [app.url, ...services.health]) {
    const { ok, status } = await fetch(url);
    console.log(`  ${status} ${url}`);
    if (!ok) process.exitCode = 1;
  }
  await stop();
  process.exit();
}
console.log("  Another question, as an analyst:");
console.log(
  `    printf %s ${services.analystToken} | npx paceline login ${services.pinned.coordinator.url} --token-stdin`,
);
console.log(`    npx paceline ask "SELECT MEDIAN(sleep) FROM member_week" --yes`);
console.log("Until Ctrl-C.");

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, async () => {
    await stop();
    process.exit(0);
  });
