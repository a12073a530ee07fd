// paceline ledger show: both services' books, before and after a question, and what it says when it cannot see them.
import { expect, test } from "vitest";
import { ask } from "../../e2e/members.ts";
import { startPair } from "../../support/processes.ts";
import { inProcess } from "../spawned.ts";

test("both books, before and after a question", async (context) => {
  const pair = await startPair(context, { shipped: true });
  const show = (role: "coordinator" | "helper", ...more: string[]) =>
    inProcess(["ledger", "show", role, "--config", pair.configFile(role), ...more]);
  expect(await show("helper")).toEqual({ code: 0, out: "Nothing was ever spent.\n", err: "" });
  const { task, rho } = await ask(pair);
  for (const role of ["coordinator", "helper"] as const) {
    const { code, out } = await show(role);
    expect(code).toBe(0);
    const decimal = String(Number(rho) / 1e9);
    expect(out).toMatch(new RegExp(`^ +\\d{4}-W\\d\\d +${decimal} +3 `, "m"));
    const debit = out.split("\n").find((line) => line.includes(task)) ?? "";
    expect(debit).toContain(` ${decimal}  discrete-laplace  ${task}  20`);
    expect(Math.abs(Date.parse(`${debit.trim().slice(0, 16).replace(" ", "T")}Z`) - Date.now())).toBeLessThan(120_000);
    const json = JSON.parse((await show(role, "--json")).out) as { debits: object[]; releases: object[] };
    expect([json.debits, json.releases]).toMatchObject([[{ task, rho }], []]);
  }
  await pair.stop("helper");
  expect(await show("helper")).toMatchObject({ code: 75, out: "", err: expect.stringContaining("did not answer") });
});

test("a role that is none, and no configuration, are refused", async () => {
  expect((await inProcess(["ledger", "show", "issuer", "--config", "x"])).code).toBe(64);
  expect((await inProcess(["ledger", "show", "helper", "--config", "/nowhere"])).code).toBe(66);
});
