// Trainings, as the command line knows them.
import type { Command } from "commander";
import { fail } from "../../base/errors.ts";
import type { TrainOptions } from "./train.ts";

const withService = (command: Command) =>
  command
    .option("--service <name>", "another login than the current one")
    .option("--json", "as JSON: a line for each closed round, then the training");

export function trainCommands(program: Command): void {
  const train = program.command("train").enablePositionalOptions();
  withService(train)
    .description("Train a model on members' devices, round by round, each a task with a debit")
    .option("--manifest <file>", "the training, as JSON, or a bundle of one of its rounds; - for standard input")
    .option("--rounds <n>", "in place of the file's own number")
    .option("--wait [seconds]", "stay until it is over, or for so long; rounds go on either way")
    .option("--model <file>", "where the model goes, as it stands then")
    .option("--svg <file>", "accuracy round by round, as a picture")
    .action(async (options: TrainOptions) => {
      const { trainCommand } = await import("./train.ts");
      await trainCommand(options);
    });
  withService(train.command("status [training]"))
    .description("Trainings as they stand; of one by its name or the beginning of its run")
    .option("--model <file>", "where its model goes")
    .option("--svg <file>", "its accuracy round by round, as a picture")
    .option("--bundles <folder>", "where what proves each closed round goes, for paceline model and paceline verify")
    .action(async (wanted: string | undefined, options: TrainOptions) => {
      const { trainStatusCommand } = await import("./train.ts");
      await trainStatusCommand(wanted, options);
    });
  for (const [action, words] of [
    ["stop", "No further round is asked, and the open one is not collected"],
    ["resume", "Goes on with a training that was stopped, or that waits for its operator"],
  ] as const)
    withService(train.command(`${action} <training>`))
      .description(words)
      .action(async (wanted: string, options: TrainOptions) => {
        const { trainSteerCommand } = await import("./train.ts");
        await trainSteerCommand(wanted, { action }, options);
      });
  withService(train.command("rollback <training>"))
    .description("Back to the model with which a closed round began")
    .requiredOption("--to <round>", "the round")
    .action(async (wanted: string, { to, ...options }: TrainOptions & { readonly to: string }) => {
      if (!/^[1-9]\d{0,4}$/.test(to)) fail("invalid_argument", `--to is "${to}", no round`);
      const { trainSteerCommand } = await import("./train.ts");
      await trainSteerCommand(wanted, { action: "rollback", to: Number(to) }, options);
    });
}
