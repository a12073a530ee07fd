// What the page runs. All words and positions come ready from slider.ts: the script only picks one and shows it.

/** Plain script for the browser, independent of the document, so that its hash can stand in the page's policy. */
export const pageScript = `(() => {
  const byId = (id) => document.getElementById(id);
  const block = byId("slider-data");
  if (block) {
    const choices = JSON.parse(block.textContent);
    const range = byId("epsilon");
    const cohort = byId("cohort");
    const show = () => {
      const { end, steps } = choices[Number(cohort.value)];
      const step = steps[Number(range.value)];
      range.setAttribute("aria-valuetext", "\\u03b5 " + step.epsilon);
      byId("slider-result").textContent = step.sentence;
      byId("slider-desc").textContent = step.sentence;
      byId("slider-epsilon").textContent = step.epsilon;
      byId("slider-interval").setAttribute("x1", 50 - step.reach + "%");
      byId("slider-interval").setAttribute("x2", 50 + step.reach + "%");
      byId("slider-low").textContent = "\\u2212" + end;
      byId("slider-high").textContent = "+" + end;
    };
    range.addEventListener("input", show);
    cohort.addEventListener("change", show);
    byId("slider").hidden = false;
    show();
  }
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
})();`;
