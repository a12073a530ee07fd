// The analyst's commands, as the command line knows them.
import type { Command } from "commander";
import type { AskOptions, BudgetOptions } from "./ask.ts";
import type { LoginOptions } from "./login.ts";
import type { ServiceChoice } from "./session.ts";
import type { ExportOptions } from "./show.ts";

type Json = ServiceChoice & { readonly json?: boolean };
type ShowOptions = Json & { wait?: string | true; floor?: string; compare?: string; against?: string };

const COMPARE = "compare every other group with this one, such as site=north (default: each with each)";

const withFloor = (command: Command) =>
  command.option("--floor <n>", "hide the numbers of groups that may have fewer members than this");

const withService = (command: Command) => command.option("--service <name>", "another login than the current one");

const withBudget = (command: Command) =>
  withService(command)
    .option("--epsilon <number>", "as WITH (epsilon = …): pure ε for the whole question")
    .option("--rho <number>", "as WITH (rho = …)")
    .option("--error <number>", 'the wanted ± of 95 % intervals, such as "0.5 bpm": the cost follows from it')
    .option("--members <n>", "members that are expected to answer, for --error (default: 1000)")
    .option("--json", "as one JSON document");

export function analystCommands(program: Command): void {
  program
    .command("login [url]")
    .description("Keep a coordinator's address and your token; without an address, list the logins there are")
    .option("--token-stdin", "read the token from standard input")
    .option("--name <name>", "what to call it (default: its host)")
    .action(async (url: string | undefined, options: LoginOptions) => {
      const { loginCommand } = await import("./login.ts");
      await loginCommand(url, options);
    });
  withFloor(withBudget(program.command("ask <sql>")))
    .description(
      'Ask a question, once its price was seen: ask "SELECT AVG(rhr) FROM member_week"; - reads it from standard input',
    )
    .option("--explain", "its price alone, as paceline explain")
    .option("--yes", "ask without waiting for a yes")
    .option("--compare <key=value>", COMPARE)
    .option("--wait [seconds]", "stay until it is answered, or collect what there is after so long")
    .action(async (sql: string, options: AskOptions) => {
      const { askCommand } = await import("./ask.ts");
      await askCommand(sql, options);
    });
  withBudget(program.command("explain <sql>"))
    .description("What a question would cost, how exact it would be, what members would read; touches no data")
    .action(async (sql: string, options: BudgetOptions) => {
      const { explainCommand } = await import("./ask.ts");
      await explainCommand(sql, options);
    });
  readingCommands(program);
}

function readingCommands(program: Command): void {
  withService(program.command("releases"))
    .description("What was asked, the newest first")
    .option("--json", "as one JSON document")
    .action(async (options: Json) => {
      const { releasesCommand } = await import("./show.ts");
      await releasesCommand(options);
    });
  withFloor(withService(program.command("show <id>")))
    .description("A question's answer, or how far it is; by its id, the beginning of it, or its name")
    .option("--wait [seconds]", "stay until it is answered, or collect what there is after so long")
    .option("--compare <key=value>", COMPARE)
    .option("--against <id>", "what differs from this earlier answer to the same; it costs nothing")
    .option("--json", "as one JSON document")
    .action(async (id: string, options: ShowOptions) => {
      const { showCommand } = await import("./show.ts");
      await showCommand(id, options);
    });
  withService(program.command("budget"))
    .description("What is left of both services' budgets")
    .option("--json", "as one JSON document")
    .action(async (options: Json) => {
      const { budgetCommand } = await import("./budget.ts");
      await budgetCommand(options);
    });
  withFloor(withService(program.command("export <id>")))
    .description("A question's answer as a file")
    .option("--csv", "a header and a row a number, RFC 4180")
    .option("--json", "as one JSON document")
    .option("--svg", "figures with their tables, as one picture")
    .option("--vega-lite", "figures as Vega-Lite, JSON")
    .option("--ipynb", "a Jupyter notebook")
    .option("--compare <key=value>", COMPARE)
    .option("--out <file>", "where it goes (default: standard output)")
    .action(async (id: string, options: ExportOptions) => {
      const { exportCommand } = await import("./show.ts");
      await exportCommand(id, options);
    });
}
