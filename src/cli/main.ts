// The paceline command: reads arguments, runs one command, turns errors into words and an exit code.
import { Command, CommanderError } from "commander";
import { classOf } from "../base/error-registry.ts";
import { isPacelineError } from "../base/errors.ts";
import { plainLines } from "../figures/plain.ts";
import { analystCommands } from "./analyst/commands.ts";
import { withDashedIds } from "./dashed-ids.ts";
import { dataOptions, readingOptions, whatIsRead } from "./import/options.ts";
import { operatorCommands } from "./operator/commands.ts";
import { trainCommands } from "./training/commands.ts";
import { version } from "./version.ts";

/** @returns the process's exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("paceline")
    .description("Learn from many members' wearable data without anyone holding it.")
    .version(version)
    // A command's options are its own, also where one of its subcommands has options of the same names.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError("(paceline --help lists the commands)");
  demoCommand(program);
  importCommands(program);
  analystCommands(program);
  operatorCommands(program);
  verifyCommands(program);
  modelCommands(program);
  accountCommands(program);
  program
    .command("metrics [id]")
    .description("What can be asked about: every metric and attribute, or one with its codes and caveats")
    .option("--service <name>", "another login than the current one")
    .option("--built-in", "the built-in ones alone, whatever you are logged in to")
    .option("--json", "as one JSON document")
    .action(async (id: string | undefined, options: { json?: boolean; service?: string; builtIn?: boolean }) => {
      const { metricsCommand } = await import("./metrics.ts");
      await metricsCommand(id, options);
    });
  planCommands(program);
  simulateCommands(program);
  trainCommands(program);
  program
    .command("playground")
    .description(
      "A page to try budgets out in: accuracy, composition, the whole protocol; everything is computed in the page",
    )
    .option("--port <n>", "on this machine alone (default: any that is free)")
    .option("--out <folder>", "writes the page's files for a static host, and serves nothing")
    .option("--open", "open it in a browser")
    .option("--json", "its address as one JSON document")
    .action(async (options: { port?: string; out?: string; open?: boolean; json?: boolean }) => {
      const { playgroundCommand } = await import("./playground/playground.ts");
      await playgroundCommand(options);
    });
  registryCommands(program);
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...withDashedIds(program, args)], { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    return report(error);
  }
}

function registryCommands(program: Command): void {
  const registry = program.command("registry").description("An operator's own metrics, attributes and formulas");
  registry
    .command("check <file>")
    .description("Says what a registry file adds, or which row is wrong and why")
    .action(async (file: string) => {
      const { checkRegistry } = await import("./registry.ts");
      checkRegistry(file);
    });
  registry
    .command("sign <file>")
    .description("Signs its rows for the devices of apps that pin the key; prints the key")
    .requiredOption("--keys <file>", "a key file, as paceline keys makes it")
    .option("--out <file>", "where the signed file goes (default: in place)")
    .action(async (file: string, options: { keys: string; out?: string }) => {
      const { writeSigned } = await import("./registry.ts");
      await writeSigned(file, options);
    });
}

function demoCommand(program: Command): void {
  const command = program
    .command("demo")
    .description("The whole product on this machine: 3,000 synthetic members, or those of your files");
  dataOptions(command, "files and folders that paceline import reads, in place of synthetic members")
    .option("--members <n>", "synthetic members (default: 3000)")
    .option("--seed <text>", 'picks the synthetic members, never the noise (default: "paceline")')
    .option("--min-cohort <n>", "the smallest batch anyone accepts", "50")
    .option("--out <file>", "where the page goes", "paceline-demo.html")
    .option("--open", "open the page in a browser")
    .option("--keep", "leave the services running afterwards, for an app or an analyst to try")
    .option("--json", "one JSON document on standard output, progress on standard error")
    .action(async (options) => {
      const { demo } = await import("./demo/demo.ts");
      await demo(options);
    });
}

function importCommands(program: Command): void {
  const command = program
    .command("import <path...>")
    .description("Reads what apps and devices export, as members' days, and says what became of every value");
  readingOptions(command)
    .option("--registry <file>", "the operator's own metrics, for --columns")
    .option("--json", "as one JSON document")
    .option("--days", "with --json: every member's days too")
    .option("--out <file>", "writes the members' days as a table (CSV), for its owner alone")
    .addHelpText("after", `\n${whatIsRead()}`)
    .action(async (paths: string[], options: object) => {
      const { importCommand } = await import("./import/import.ts");
      await importCommand(paths, options);
    });
}

function accountCommands(program: Command): void {
  program
    .command("account [event]")
    .description("What a privacy event guarantees: epsilon at a delta, or delta at an epsilon")
    .option("--gaussian <sigma>", "instead of JSON: Gaussian noise, its sigma over the L2 sensitivity")
    .option("--laplace <scale>", "instead of JSON: Laplace noise, its scale over the L1 sensitivity")
    .option("--sampling <q>", "on a Poisson sample at this rate")
    .option("--count <n>", "so many times")
    .option("--delta <delta>", "asks for epsilon")
    .option("--epsilon <epsilon>", "asks for delta")
    .option("--curve", "the whole trade-off curve: false alarms against misses")
    .option("--svg <file>", "the curve, as a file")
    .option("--one-cell", "discrete Gaussian noise: one record changes a single cell")
    .option("--neighbouring <relation>", "add-or-remove-one (default), replace-one or zero-out")
    .option("--json", "as one JSON document")
    .addHelpText(
      "after",
      "\nevent: a file of JSON or a table (CSV, TSV) of a row a mechanism, - for standard input, or the JSON itself",
    )
    .action(async (event: string | undefined, options: object) => {
      const { accountCommand } = await import("./account/account.ts");
      accountCommand(event, options);
    });
}

function planCommands(program: Command): void {
  program
    .command("plan <file>")
    .description(
      "A quarter's questions against its budgets: what each costs, when to ask, what fails first, what to drop",
    )
    .option("--registry <file>", "the operator's own metrics, attributes and lists of values")
    .option("--json", "as one JSON document")
    .addHelpText("after", "\nfile: wishes as JSON, as in examples/quarter.json, or - for standard input")
    .action(async (file: string, options: object) => {
      const { planCommand } = await import("./quarter.ts");
      await planCommand(file, options);
    });
}

function simulateCommands(program: Command): void {
  const command = program
    .command("simulate")
    .description(
      "Error against budget, a thousand runs a point, before anybody is asked: on synthetic members or your own",
    );
  dataOptions(command, "files and folders that paceline import reads: your own members, drawn with replacement")
    .option("--sql <text>", "the question: SELECT … FROM member_week …")
    .option("--epsilon <list>", "budgets, e.g. .1,.5,1,2 (the default)")
    .option("--rho <list>", "instead: budgets in zCDP")
    .option("--members <list>", "devices that answer, e.g. 200,1000,10000 (the default)")
    .option("--runs <n>", "runs a point (default: 1000)")
    .option("--seed <text>", 'equal seeds give equal numbers, on any number of threads (default: "paceline")')
    .option("--floor <n>", "contributors below which a group is hidden (default: 50)")
    .option("--registry <file>", "the operator's own metrics, attributes and lists of values")
    .option("--workers <n>", "threads (default: one a processor)")
    .option("--svg <file>", "the figures, as a file")
    .option("--json", "as one JSON document, with everything")
    .action(async (options: object) => {
      const { simulateCommand } = await import("./simulate/simulate.ts");
      await simulateCommand(options);
    });
  simulateTrainCommands(command);
}

function simulateTrainCommands(simulate: Command): void {
  simulate.enablePositionalOptions();
  const command = simulate
    .command("train")
    .description(
      "Accuracy of a training against its budget, with other people held out each time, before anybody is asked",
    );
  dataOptions(command, "files and folders that paceline import reads: your own members (default: synthetic ones)")
    .option("--manifest <file>", "the training, as JSON, as paceline train takes it; - for standard input")
    .option("--table <file>", "labelled examples: CSV with a header line, or ARFF")
    .option("--person <column>", "whose example a line of the table is")
    .option("--label <column>", "its class")
    .option("--group <name>", "a public attribute of the person, or its column, for differences between groups")
    .option("--registry <file>", "the operator's own metrics, attributes and lists of values")
    .option("--without <list>", "columns of the table that the model does not read")
    .option("--personal", "each column of the table a second time, less the person's own mean of it")
    .option("--members <list>", "members who train, e.g. 300,1000,10000 (the default)")
    .option("--epsilon <list>", "budgets of the whole training, e.g. 1,2,4,8 (the default); no noise is beside them")
    .option("--delta <number>", "the budgets' δ (default: 1e-6)")
    .option("--repeats <n>", "trainings a point (default: 5)")
    .option("--held-out <share>", "of the people, who never train (default: 0.2)")
    .option(
      "--skew <concentration>",
      "deals a table's examples anew, each person's classes drawn from a Dirichlet distribution",
    )
    .option("--dropout <share>", "of the members, who drop out of a round (default: 0)")
    .option("--noise <kind>", "two-aggregators (the default) or central")
    .option(
      "--overlap <list>",
      "rounds open at one time, e.g. 1,2,4,8: how long each takes, with 1,000 members and ε = 4",
    )
    .option("--close-with <share>", "of the members, whose reports close an overlapping round (default: 0.8)")
    .option("--deadline <hours>", "after which it is closed with those it has (default: 72)")
    .option("--visits <hours>", "between two visits of a device, the median (default: 24)")
    .option("--visits-spread <number>", "standard deviation of their logarithm (default: 0.7)")
    .option("--seed <text>", 'equal seeds give equal numbers, on any number of threads (default: "paceline")')
    .option("--workers <n>", "threads (default: one a processor)")
    .option("--svg <file>", "the figures, as a file")
    .option("--json", "as one JSON document, with everything")
    .action(async (options: object) => {
      const { simulateTrainCommand } = await import("./simulate/train.ts");
      await simulateTrainCommand(options);
    });
}

function verifyCommands(program: Command): void {
  program
    .command("verify <file>")
    .description("Checks a release bundle or a model's file offline: what it proves, and what is left to trust")
    .option("--pinned <file>", "pinned.json, as apps ship it: the parties' keys")
    .option("--register-key <key>", "the coordinator's Ed25519 key, base64url (default: what the bundle says)")
    .option("--helper-key <key>", "the helper's")
    .option("--registrar-key <key>", "of masked rounds, the registrar's")
    .option("--registry-key <key>", "the operator's, for metrics that are not built in")
    .option("--round <files...>", "of a model: the bundles of the rounds that trained it")
    .option("--seed <text>", "of a model: of the weights that the training began with (default: its name)")
    .option("--json", "as one JSON document")
    .addHelpText("after", "\nfile: a bundle as `GET /v1/tasks/{task}/bundle` gives it, or - for standard input")
    .action(async (file: string, options: object) => {
      const { verifyCommand } = await import("./verify.ts");
      await verifyCommand(file, options);
    });
}

function modelCommands(program: Command): void {
  program
    .command("model <bundles...>")
    .description("Writes a trained model's file from the bundles of its rounds, all of them and in order")
    .requiredOption("--out <file>", "where to")
    .option("--split", "model.json and weights.bin in a folder of that name")
    .option("--seed <text>", "of the weights that the training began with (default: its name)")
    .option("--model <file>", "the coordinator's document, where the weights do not follow from the bundles")
    .option("--pinned <file>", "pinned.json, as apps ship it: the parties' keys")
    .option("--register-key <key>", "the coordinator's Ed25519 key, base64url (default: what the bundles say)")
    .option("--helper-key <key>", "the helper's")
    .option("--registrar-key <key>", "of masked rounds, the registrar's")
    .option("--registry-key <key>", "the operator's, for metrics that are not built in")
    .option("--json", "as one JSON document")
    .action(async (bundles: string[], options) => {
      const { modelCommand } = await import("./model/model.ts");
      await modelCommand(bundles, options);
    });
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
  if (isPacelineError(error)) {
    const { title, exit } = classOf(error);
    // Nothing may stand behind a caret that points at a word.
    const [, sentence = error.message, pointed = ""] = /^(.*?)(\n.*\n *\^+)$/s.exec(error.message) ?? [];
    process.stderr.write(plainLines(`paceline: ${title.toLowerCase()}: ${sentence} [${error.code}]${pointed}\n`));
    if (error.hint !== undefined) process.stderr.write(plainLines(`  ${error.hint}\n`));
    return exit;
  }
  if (error instanceof Error && "syscall" in error) {
    // The machine said no: a full disk, a folder that may not be written to. The stack would not help anyone.
    process.stderr.write(`paceline: ${error.message}\n`);
    return 74;
  }
  process.stderr.write(`paceline: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 70;
}
