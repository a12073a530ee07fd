// From what a person types to a task: its id, the beginning of one, or a question's name.
import type { ListedQuestion } from "../../api/analyst.ts";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import type { Session } from "./session.ts";

const TASK = /^[A-Za-z0-9_-]{43}$/;

/** Newest first. */
export async function* allQuestions(session: Session): AsyncGenerator<ListedQuestion> {
  for (let before: string | undefined; ; ) {
    const query = before === undefined ? {} : { before };
    const page = await call(session, coordinatorRoutes.questions, { query });
    yield* page.questions;
    if (page.next === null) return;
    before = page.next;
  }
}

/** @throws PacelineError not_found, invalid_argument when it could be several */
export async function taskOf(session: Session, typed: string): Promise<string> {
  if (TASK.test(typed)) return typed;
  const found = new Map<string, string>();
  const names = new Set<string>();
  for await (const { task, name } of allQuestions(session)) {
    names.add(name);
    // The newest of a name is what is meant by it.
    if (name === typed) return task;
    if (typed.length >= 4 && task.startsWith(typed)) found.set(task, name);
  }
  const [only] = found.keys();
  if (found.size > 1) fail("invalid_argument", `${found.size} ids begin with "${typed}"`, { hint: "Give more of it." });
  if (only !== undefined) return only;
  const near = closest(typed, names);
  return fail(
    "not_found",
    `nothing asked here is called "${typed}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    {
      hint: "paceline releases lists ids and names; the first 4 characters of an id are enough.",
    },
  );
}
