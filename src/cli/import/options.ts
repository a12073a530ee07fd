// The options that say how files are to be read, for every command that takes files of members.
import type { Command } from "commander";
import { fileKinds, tableMakers } from "./sources.ts";

/** Adds `--data` and what goes with it. @param description of `--data` */
export function dataOptions(command: Command, description: string): Command {
  return readingOptions(command.option("--data <path...>", description));
}

export function readingOptions(command: Command): Command {
  return command
    .option(
      "--columns <mapping>",
      "what a table's columns mean, e.g. member=Id,date=ActivityDate|SleepDay,steps=TotalSteps",
    )
    .option("--date-format <format>", "e.g. M/D/Y, where dates alone do not tell")
    .option("--member <id>", "whose files are that name nobody; from-file or from-folder: each its own (default: me)")
    .option("--zone <zone>", "where members live, for times without a zone: +02:00 or Europe/Berlin");
}

/** For the help: the readers' list, as generated from them. */
export function whatIsRead(): string {
  return [
    "Reads files, folders, zip and gzip, known by their content:",
    ...fileKinds.map((kind) => `  ${kind}`),
    `  Tables (CSV) of ${tableMakers.join(", ")}; any other with --columns`,
    "docs/importing.md of the package has which metrics each gives.",
  ].join("\n");
}
