// The page in use: colours that can be read, and a slider that says and draws what was predicted.
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { demoPage } from "../../../src/cli/demo/page/index.ts";
import { demoDocument, demoStory } from "./page-fixture.ts";

const page = demoPage(demoDocument, demoStory);
const inside = (pattern: RegExp) => Array.from(page.matchAll(pattern), ([, found]) => found as string);

describe("colours", () => {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const schemes = inside(/:root \{(.*?)\}/gs).map(
    (block) =>
      new Map(Array.from(block.matchAll(/--(\w+): (#[0-9a-f]{6})/g), ([, name, colour]) => [name, colour as string])),
  );

  test.each(["light", "dark"])("text has 4.5:1 and marks have 3:1, %s", (name) => {
    const scheme = schemes[name === "light" ? 0 : 1] as Map<string, string>;
    const colour = (key: string) => scheme.get(key) as string;
    for (const ground of ["ground", "card"]) {
      for (const ink of ["ink", "muted", "strong", "bad"])
        expect(contrast(colour(ink), colour(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      for (const mark of ["soft", "truth"])
        expect(contrast(colour(mark), colour(ground)), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("the slider", () => {
  interface Fake {
    value: string;
    textContent: string;
    hidden: boolean;
    readonly attributes: Map<string, string>;
    readonly listeners: Map<string, () => void>;
  }

  /** Runs the page's script over stand-ins for its elements. */
  function run(html: string) {
    const elements = new Map<string, Fake>();
    const byId = (id: string) => {
      const fake: Fake = elements.get(id) ?? {
        value: "",
        textContent: "",
        hidden: true,
        attributes: new Map(),
        listeners: new Map(),
      };
      elements.set(id, fake);
      return Object.assign(fake, {
        setAttribute: (name: string, value: string) => fake.attributes.set(name, value),
        addEventListener: (name: string, listener: () => void) => fake.listeners.set(name, listener),
      });
    };
    byId("slider-data").textContent = /id="slider-data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    byId("epsilon").value = "3";
    byId("cohort").value = "2";
    const script = /<script>(.*?)<\/script>/s.exec(html)?.[1] as string;
    const sandbox = { document: { getElementById: byId, querySelectorAll: () => [] }, addEventListener: () => {} };
    runInNewContext(script, sandbox);
    return byId;
  }

  test("it starts as the page was written: ε 1 and the cohort nearest to the members who consented", () => {
    const byId = run(page);
    expect(byId("slider").hidden).toBe(false);
    expect(page).toContain(
      `<output id="slider-result" for="epsilon cohort" aria-live="polite">${byId("slider-result").textContent}</output>`,
    );
    expect(byId("slider-result").textContent).toBe(
      "With 1,000 members and ε = 1, the answer is right to within ±1.48 beats per minute, 95 times in 100.",
    );
    expect(page).toContain('<option value="2" selected>1,000</option>');
    expect(page).toContain('min="0" max="6" step="1" value="3"');
  });

  test("moving it or choosing a cohort redraws the interval in the predicted width", () => {
    const byId = run(page);
    byId("epsilon").value = "6";
    byId("epsilon").listeners.get("input")?.();
    expect(byId("slider-result").textContent).toContain("ε = 8, the answer is right to within ±0.185 ");
    expect(byId("epsilon").attributes.get("aria-valuetext")).toBe("ε 8");
    byId("cohort").value = "0";
    byId("cohort").listeners.get("change")?.();
    expect(byId("slider-result").textContent).toContain(
      "With 35 members and ε = 8, the answer is right to within ±5.29 ",
    );
    // Half of the axis is 46 % and stands for 50 beats per minute: five times the width at ε = 1 is beyond the widest.
    expect(Number.parseFloat(byId("slider-interval").attributes.get("x2") as string)).toBeCloseTo(
      50 + (46 * 5.286) / 50,
      1,
    );
    expect(byId("slider-high").textContent).toBe("+50");
  });

  test("an interval that is wider than the axis goes beyond its ends and is said to", () => {
    const byId = run(page);
    expect(byId("slider-high").textContent).toBe("+10");
    byId("epsilon").value = "0";
    byId("epsilon").listeners.get("input")?.();
    expect(byId("slider-interval").attributes.get("x1")).toBe("0%");
    expect(byId("slider-result").textContent).toContain("±14.8 beats per minute, 95 times in 100. That is wider");
  });

  test("its ends are labelled", () => {
    expect(page).toContain("<span>more private</span> <span>more exact</span>");
  });
});
