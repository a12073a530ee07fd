// The commands of those who run a service: set it up, start it, look at it, keep it.
import { type Command, Option } from "commander";
import { fail } from "../../base/errors.ts";
import type { InitCoordinatorOptions, InitHelperOptions } from "../init/init.ts";
import type { InitRegistrarOptions } from "../init/registrar.ts";
import type { RotateOptions } from "../rotate.ts";
import type { TaskOptions } from "./tasks.ts";

export function operatorCommands(program: Command): void {
  initCommands(program);
  serviceCommands(program);
  taskCommands(program);
  backupCommands(program);
  program
    .command("keys <file>")
    .description("Make a service's key file, or read it, and print the public half")
    .option("--issuer", "of an issuer of tokens instead: what services and apps pin")
    .option("--registrar", "of a registrar of masked rounds instead: what coordinator and apps pin")
    .action(async (file: string, { issuer, registrar }: { issuer?: true; registrar?: true }) => {
      const { printIssuerKey, printKeys, printRegistrarKey } = await import("../serve/keys.ts");
      if (issuer && registrar) fail("invalid_argument", "a key file is an issuer's or a registrar's");
      if (issuer) printIssuerKey(file);
      else if (registrar) printRegistrarKey(file);
      else printKeys(file);
    });
  program
    .command("doctor")
    .description(
      "Which engine, which Node, what is missing; with a configuration, its files, its service and the other one",
    )
    .option("--config <file>", "a service's configuration (JSON); the service should be running")
    .option("--json", "as one JSON document")
    .action(async (options: { config?: string; json?: boolean }) => {
      const { doctor } = await import("../doctor/doctor.ts");
      await doctor(options);
    });
}

function initCommands(program: Command): void {
  const init = program
    .command("init")
    .description("Everything one party needs before its first start, with fresh keys");
  const batch = (command: Command) => command.option("--min-batch <n>", "the smallest batch it accepts", "50");
  const common = (command: Command) =>
    command
      .requiredOption("--url <url>", "its public address: https, or http on this machine")
      .option("--folder <folder>", "where the files go; nothing in it is overwritten", ".")
      .option(
        "--port <n>",
        "where it listens, behind a proxy on this machine (default: 8443, or the port of an http address)",
      )
      .option("--certificate <file>", "PEM: it ends TLS itself, and listens to other machines")
      .option("--certificate-key <file>", "PEM: the certificate's key")
      .option("--behind-proxy", "a proxy of a closed network ends TLS, as in a container; it listens to that network")
      .option("--json", "as one JSON document");
  batch(
    common(
      init.command("helper").description("The helper's configuration, keys, and what the coordinator's operator needs"),
    ),
  )
    .requiredOption("--coordinator <url>", "the coordinator's public address")
    .option("--metrics <list>", "metrics that may be asked about", "rhr,sleep,steps")
    .action(async (options: InitHelperOptions) => {
      const { initHelper } = await import("../init/init.ts");
      initHelper(options);
    });
  batch(
    common(
      init
        .command("coordinator")
        .description("The coordinator's configuration and keys, and what analysts and apps need"),
    ),
  )
    .option("--helper <file>", "what the helper's operator handed over: for-coordinator.json")
    .option(
      "--registrar <file>",
      "the same of a registrar's, for masked trainings; without --helper they are all that it does",
    )
    .action(async (options: InitCoordinatorOptions) => {
      const { initCoordinator } = await import("../init/init.ts");
      initCoordinator(options);
    });
  common(
    init
      .command("registrar")
      .description(
        "Of who says who is in a masked round: configuration, key, and what the coordinator's operator needs",
      ),
  )
    .requiredOption("--accounts <url>", "where the app's own server says whose a session is (RFC 7662)")
    .action(async (options: InitRegistrarOptions) => {
      const { initRegistrar } = await import("../init/registrar.ts");
      initRegistrar(options);
    });
}

function serviceCommands(program: Command): void {
  const serve = program
    .command("serve")
    .description("Run one of the two services, a registrar, or a plain DAP aggregator");
  for (const role of ["coordinator", "helper"] as const)
    serve
      .command(role)
      .description(`The ${role}; docs/configuration.md of the package has every field of its configuration`)
      .requiredOption("--config <file>", "its configuration (JSON)")
      .option("--database <where>", "in place of the configuration's: a file, or postgres://… without a password")
      .option("--roles <list>", "api, worker or api,worker: takes requests, verifies reports, or both")
      .action(async ({ config, database, roles }: { config: string; database?: string; roles?: string }) => {
        const { serveRole } = await import("../serve/serve.ts");
        await serveRole(role, config, { database, roles: roles?.split(",") });
      });
  serve
    .command("dap")
    .description("Tasks without a manifest, as a plain DAP aggregator: exact sums, no noise, no budget (docs/dap.md)")
    .requiredOption("--config <file>", "its configuration (JSON)")
    .option("--database <where>", "in place of the configuration's: a file, or postgres://… without a password")
    .action(async ({ config, database }: { config: string; database?: string }) => {
      const { servePlainTasks } = await import("../serve/plain.ts");
      await servePlainTasks(config, database);
    });
  serve
    .command("registrar")
    .description(
      "Who says who is in a masked round (docs/training.md): a party of its own, that knows the app's accounts",
    )
    .requiredOption("--config <file>", "its configuration (JSON)")
    .option("--database <where>", "in place of the configuration's: a file, or postgres://… without a password")
    .action(async ({ config, database }: { config: string; database?: string }) => {
      const { serveRegistrarRole } = await import("../serve/registrar.ts");
      await serveRegistrarRole(config, database);
    });
  const ledger = program.command("ledger").description("A service's ledger");
  ledger
    .command("show <role>")
    .description("What a running service has spent, by week and year, and every debit")
    .requiredOption("--config <file>", "the service's configuration (JSON)")
    .option("--json", "as one JSON document")
    .action(async (role: string, options: { config: string; json?: true }) => {
      const { ledgerShowCommand } = await import("../ledger/show.ts");
      await ledgerShowCommand(serviceRole(role), options);
    });
  ledger
    .command("acknowledge <role>")
    .description(
      "While the service is stopped: show what an older copy of a ledger has lost; with a reason, charge all of it and let the service go on",
    )
    .requiredOption("--config <file>", "the service's configuration (JSON)")
    .option("--reason <text>", "what happened, for the ledger; without it nothing is changed")
    .action(async (role: string, { config, reason }: { config: string; reason?: string }) => {
      const { acknowledgeCommand } = await import("../ledger/acknowledge.ts");
      await acknowledgeCommand(serviceRole(role), config, reason);
    });
}

function taskCommands(program: Command): void {
  const task = program.command("task").description("Tasks of a running service, for its own operator");
  const common = (command: Command) =>
    command
      .requiredOption("--config <file>", "the service's configuration (JSON), with its operatorToken")
      .option("--json", "as one JSON document");
  common(task.command("list <role>").description("The newest tasks, and what waits for approval")).action(
    async (role: string, options: TaskOptions) => {
      const { taskListCommand } = await import("./tasks.ts");
      await taskListCommand(serviceRole(role), options);
    },
  );
  common(task.command("show <role> <task>").description("What a task asks, in words, and its reports by state")).action(
    async (role: string, id: string, options: TaskOptions) => {
      const { taskShowCommand } = await import("./tasks.ts");
      await taskShowCommand(serviceRole(role), id, options);
    },
  );
  common(task.command("approve <role> <task>").description("At a helper: let what waits be signed, once; or refuse it"))
    .option("--refuse", "refuse it instead")
    .option("--reason <text>", "what whoever asked is told")
    .action(async (role: string, id: string, options: TaskOptions) => {
      if (serviceRole(role) !== "helper") fail("invalid_argument", "a helper approves; a coordinator asks");
      const { taskApproveCommand } = await import("./tasks.ts");
      await taskApproveCommand(id, options);
    });
  common(
    task
      .command("retry <role> <task>")
      .description("Have jobs tried again that failed too often, once what they met is mended"),
  ).action(async (role: string, id: string, options: TaskOptions) => {
    const { taskRetryCommand } = await import("./tasks.ts");
    await taskRetryCommand(serviceRole(role), id, options);
  });
  common(
    task.command("close <role> <task>").description("End uploads now, at both parties; what was sent can be collected"),
  ).action(async (role: string, id: string, options: TaskOptions) => {
    const { taskCloseCommand } = await import("./tasks.ts");
    await taskCloseCommand(serviceRole(role), id, options);
  });
}

function backupCommands(program: Command): void {
  program
    .command("backup <role>")
    .description("A service's database in one file, while the service runs")
    .requiredOption("--config <file>", "the service's configuration (JSON)")
    .requiredOption("--out <file>", "where it goes; made for its owner alone")
    .option("--json", "as one JSON document")
    .action(async (role: string, options: { config: string; out: string; json?: true }) => {
      const { backupCommand } = await import("../backup/backup.ts");
      await backupCommand(anyRole(role), options);
    });
  program
    .command("restore <role>")
    .description("A service's database out of a backup, where none is; what was spent since stays spent")
    .requiredOption("--config <file>", "the service's configuration (JSON)")
    .requiredOption("--from <file>", "what paceline backup wrote")
    .addOption(
      new Option(
        "--lost-mark <what>",
        "without the mark file: spend whatever may have been, or rely on the other service",
      ).choices(["charge", "partner"]),
    )
    .option("--json", "as one JSON document")
    .action(
      async (role: string, options: { config: string; from: string; lostMark?: "charge" | "partner"; json?: true }) => {
        const { restoreCommand } = await import("../backup/restore.ts");
        await restoreCommand(anyRole(role), options);
      },
    );
  program
    .command("rotate <role>")
    .description(
      "A new key for what is sealed in a service's database, or for the reports that are sealed to the service",
    )
    .requiredOption("--config <file>", "the service's configuration (JSON)")
    .option("--drop-old", "instead: seal the rest anew, and drop the keys before")
    .option("--receiving-key", "instead: a new receiving key (HPKE), which new tasks name")
    .option("--json", "as one JSON document")
    .action(async (role: string, options: RotateOptions) => {
      const { rotateCommand } = await import("../rotate.ts");
      await rotateCommand(anyRole(role), options);
    });
}

function serviceRole(role: string): "coordinator" | "helper" {
  return role === "coordinator" || role === "helper"
    ? role
    : fail("invalid_argument", `${role} is no service: coordinator or helper`);
}

/** With the plain aggregator, whose database is kept as theirs are. */
function anyRole(role: string): "coordinator" | "helper" | "dap" {
  return role === "coordinator" || role === "helper" || role === "dap"
    ? role
    : fail("invalid_argument", `${role} is no service: coordinator, helper or dap`);
}
