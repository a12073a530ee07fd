// What is printed can neither move the cursor nor change colours nor turn text around, but for the terminal's own styles.
import { afterEach, expect, test, vi } from "vitest";
import { newTerminal } from "../../src/cli/terminal.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function printed(print: (terminal: ReturnType<typeof newTerminal>) => void): string {
  let out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  print(newTerminal(false));
  vi.restoreAllMocks();
  return out;
}

const hostile = "a\u001b[2Jb\u009bc\rd\u202ee\u2066f\u0007g\u2028h";
const harmless = "a\ufffd[2Jb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg\ufffdh";

test.each(["1", "0"])("with FORCE_COLOR %s, in lines, headings and bars", (colour) => {
  vi.stubEnv("FORCE_COLOR", colour);
  expect(printed((terminal) => terminal.line(hostile))).toBe(`${harmless}\n`);
  expect(printed((terminal) => terminal.line("two\nlines"))).toBe("two\nlines\n");
  for (const print of [
    (terminal: ReturnType<typeof newTerminal>) => terminal.heading(hostile),
    (terminal: ReturnType<typeof newTerminal>) => terminal.line(terminal.style("bold", hostile)),
    (terminal: ReturnType<typeof newTerminal>) => terminal.bar(hostile, 1)(1),
  ]) {
    const out = printed(print);
    expect(out).toContain(harmless);
    const own = ["\u001b[1m", "\u001b[22m"].reduce((text, style) => text.replaceAll(style, ""), out);
    expect(own.replaceAll("\n", "").replace("\r", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028]/u);
  }
});

test("styles reach a terminal that has them, also around one another", () => {
  vi.stubEnv("FORCE_COLOR", "1");
  const out = printed((terminal) => terminal.line(terminal.style("bold", `x ${terminal.style("red", "y")}`)));
  expect(out).toBe("\u001b[1mx \u001b[31my\u001b[39m\u001b[22m\n");
});
