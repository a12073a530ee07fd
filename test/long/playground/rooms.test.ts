// Each room's main path in Chromium, and how every room looks on a wide, light page.
import { afterAll, test } from "vitest";
import { accuracyChapter } from "../../playground/accuracy.ts";
import { attacksChapter } from "../../playground/attacks.ts";
import { compositionChapter } from "../../playground/composition.ts";
import { everyRoom } from "../../playground/looks.ts";
import { museumChapter } from "../../playground/museum.ts";
import { closeSite } from "../../playground/site.ts";
import { trainingChapter } from "../../playground/training.ts";

afterAll(closeSite);

test("no rule of axe is broken in any room on a wide page, and nothing is wider than it", async () => {
  await everyRoom({ width: 1440, scheme: "light", whole: true });
});

test("nor is any in rooms with what came of them, on a dark phone", async () => {
  await everyRoom({ width: 360, scheme: "dark", whole: true });
});

accuracyChapter();
compositionChapter();
attacksChapter();
museumChapter();
trainingChapter();
