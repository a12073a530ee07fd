// Act two: "Now we cheat". The last question is the target while it is still open; its answer, which stands with the
// others, comes out right all the same.
import { fail } from "../../base/errors.ts";
import {
  changedPurpose,
  type Planted,
  plantFlippedBit,
  plantForgery,
  type Refused,
  repeatQuestion,
  replay,
  smallCohort,
  type Target,
} from "../probe/attacks.ts";
import { rejection } from "../probe/inspect.ts";
import { type Answered, collect, sayBudget } from "./act-answers.ts";
import type { Stage } from "./stage.ts";

const REPEATS = 1000;

export async function cheat(stage: Stage, answered: Answered): Promise<readonly Refused[]> {
  const { terminal, services, transport, outsider, fleet, optionsOf } = stage;
  const { question, asked, envelope } = answered.open;
  const target: Target = { services, transport, question, asked, envelope, outsider, fleet, optionsOf };
  const forged = await plantForgery(target);
  const replayed = await replay(target);
  const flipped = await plantFlippedBit(target);
  const purpose = await changedPurpose(target);
  // Uploads like any other: the first of the replayed pair counts (an empty report), the two planted ones are taken in
  // and rejected when they are verified. The second of the pair is refused at the door and never becomes an upload.
  answered.tally.uploaded += 3;
  answered.tally.null += 1;
  await collect(stage, answered, asked);
  await sayBudget(stage);
  terminal.heading("Now we cheat");
  terminal.line(`  While "${question.title}" was open, and after:`);
  const repeated = await repeatQuestion(target, REPEATS);
  const cohort = await smallCohort(target);
  const attacks = [verdict(stage, forged), replayed, verdict(stage, flipped), purpose, repeated.attack, cohort];
  const why: Record<string, string> = {
    [forged.name]: "the proof that comes with each report does not hold",
    [replayed.name]: "its id was counted before",
    [flipped.name]: "the ciphertext no longer authenticates",
    [purpose.name]: "the signatures are over other bytes",
    [repeated.attack.name]:
      `${repeated.distinctAnswers} answer, ${repeated.debits} new debits: there is no noise to average away`,
    [cohort.name]: "both have a floor of their own",
  };
  for (const { name, refusedBy, code } of attacks)
    terminal.line(
      `  ${terminal.style("red", "✗")} ${name.padEnd(52)} refused by ${refusedBy}: ${why[name]} ${terminal.style("dim", `[${code}]`)}`,
    );
  return attacks;
}

/** Which aggregator rejected a planted report, from the operators' own databases. */
function verdict({ services }: Stage, { name, id }: Planted): Refused {
  const byHelper = rejection(services.helper, id);
  if (byHelper !== undefined) return { name, refusedBy: "helper, together with the leader", code: byHelper };
  const byLeader = rejection(services.coordinator, id);
  if (byLeader !== undefined) return { name, refusedBy: "coordinator (leader)", code: byLeader };
  return fail("internal", `${name} was not rejected`);
}
