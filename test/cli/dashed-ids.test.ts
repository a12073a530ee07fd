import { Command } from "commander";
import { expect, test } from "vitest";
import { withDashedIds } from "../../src/cli/dashed-ids.ts";
import { inProcess } from "./spawned.ts";

function program() {
  const made = new Command().option("-V, --version");
  made.command("stop <id> [file]").option("--json").option("--to <n>").option("--out [file]");
  return made;
}
const moved = (...args: string[]) => withDashedIds(program(), args).join(" ");

test("an id that begins with a dash is no option, whatever stands around it", () => {
  expect(moved("stop", "-AbcDE", "--json")).toBe("stop --json -- -AbcDE");
  expect(moved("stop", "--json", "-AbcDE")).toBe("stop --json -- -AbcDE");
  expect(moved("stop", "-Ab-_E", "a file", "--to", "3")).toBe("stop --to 3 -- -Ab-_E a file");
  expect(moved("stop", "-AbcDE", "-fghij")).toBe("stop -- -AbcDE -fghij");
});

test("what is an option, or the value of one, stays where it is", () => {
  for (const args of [
    ["stop", "id", "--json"],
    ["stop", "id", "--to", "-AbcDE"],
    ["stop", "id", "--out", "-AbcDE"],
    ["stop", "id", "-V"],
    ["stop", "id", "-json"],
    ["stop", "id", "--jsno"],
    ["stop", "-j", "id"],
    ["stop", "-"],
    ["stop", "--json", "--", "-AbcDE"],
    [],
  ])
    expect(moved(...args)).toBe(args.join(" "));
});

test("the command takes it: it says which file is missing, not that an option is unknown", async () => {
  const { code, err } = await inProcess(["verify", "-AbcDE", "--json"]);
  expect([code, err]).toEqual([66, expect.stringContaining("-AbcDE cannot be read")]);
  expect((await inProcess(["verify", "-j", "x"])).err).toContain("unknown option '-j'");
});
