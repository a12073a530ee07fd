// A question of the page, read, planned and priced as the services do it. Runs on the worker.
import { fail, isPacelineError } from "../../base/errors.ts";
import { curveFigure, type Figure, meaningsOf } from "../../figures/index.ts";
import {
  explainQuestion,
  operatorCatalogue,
  type Planned,
  planQuestion,
  type QuestionExplanation,
  readRequest,
  SqlError,
  type SqlProblem,
  type Suggestions,
  solveQuestion,
  suggestAt,
} from "../../query/index.ts";
import { studySetting } from "../../simulate/index.ts";
import type { OwnData } from "../data/read.ts";

export interface Asked {
  readonly sql: string;
  /** Decimal; used where the text names no budget of its own. */
  readonly epsilon: string;
  /** Who contribute. */
  readonly members: number;
}

export interface CellWidth {
  readonly title: string;
  readonly unit: string;
  readonly halfWidth: number;
  readonly privacyHalfWidth: number;
}

export interface Explained {
  readonly explanation: QuestionExplanation;
  /** The text says itself what it may cost, or how exact it must be: the slider does not. */
  readonly ownBudget: boolean;
  /** One group's, at the asked number of members. */
  readonly widths: readonly CellWidth[];
  readonly groups: number;
  readonly members: number;
}

/** What is wrong with a text, if anything is. */
export interface Checked {
  readonly wrong?: { readonly message: string; readonly hint?: string | undefined; readonly problem?: SqlProblem };
}

const noOperator = { definitions: [], lists: {} };

function settingOf(data: OwnData | undefined) {
  const { setting } = studySetting(noOperator, data);
  return { ...setting, catalogue: operatorCatalogue(setting.operator) };
}

interface Read {
  readonly planned: Planned;
  readonly question: ReturnType<typeof readRequest>["question"];
  readonly ownBudget: boolean;
}

/** Whether the text decides the budget by itself: the reader of requests refuses two. */
function read({ sql, epsilon, members }: Asked, data: OwnData | undefined): Read {
  if (!Number.isInteger(members)) fail("invalid_argument", "members: a whole number from 1 to 10,000,000");
  const { catalogue, defaults, operator } = settingOf(data);
  const bare = readRequest({ sql }, catalogue, defaults);
  const ownBudget = bare.target !== undefined || statesBudget(sql, data);
  const { question, labels, target } = ownBudget ? bare : readRequest({ sql, epsilon }, catalogue, defaults);
  if (target === undefined)
    return { question, ownBudget, planned: planQuestion(question, catalogue, { labels, operator }) };
  const solved = solveQuestion(question, { ...target, members: target.members ?? members }, catalogue);
  return {
    question: solved.question,
    ownBudget,
    planned: planQuestion(solved.question, catalogue, { labels, operator }),
  };
}

function statesBudget(sql: string, data: OwnData | undefined): boolean {
  const { catalogue, defaults } = settingOf(data);
  try {
    readRequest({ sql, epsilon: "1" }, catalogue, defaults);
    return false;
  } catch (error) {
    if (isPacelineError(error)) return true;
    throw error;
  }
}

export function explain(asked: Asked, data: OwnData | undefined): Explained {
  const { question, planned, ownBudget } = read(asked, data);
  const explanation = explainQuestion(question, planned, [asked.members]);
  return {
    explanation,
    ownBudget,
    members: asked.members,
    widths: widthsOf(planned, explanation),
    groups: question.groupBy.reduce((product, { values }) => product * values.length, 1),
  };
}

function widthsOf({ chosen }: Planned, { predicted }: QuestionExplanation): readonly CellWidth[] {
  const widths = predicted[0]?.widths95 ?? [];
  return meaningsOf(chosen.plan, widths).map(({ title, unit, kind, list }, at) => {
    const factor = kind === "share" ? 100 : 1;
    const { halfWidth = 0, privacyHalfWidth = 0 } = widths[at] ?? {};
    return {
      title: list === undefined ? title : `${list}: ${title}`,
      unit,
      halfWidth: halfWidth * factor,
      privacyHalfWidth: privacyHalfWidth * factor,
    };
  });
}

/** ε that the curves are made of. */
const EPSILONS = ["0.05", "0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "5", "10"] as const;
const CURVES = 4;

/** Predicted half-widths of 95 % intervals over ε: with sampling error, and of the noise alone. A figure for each of the first answers. */
export function predictedFigures(asked: Asked, data: OwnData | undefined): readonly Figure[] {
  if (read(asked, data).ownBudget) return [];
  const points = EPSILONS.map((epsilon) => ({
    x: Number(epsilon),
    widths: explain({ ...asked, epsilon }, data).widths,
  }));
  const cells = points[0]?.widths.slice(0, CURVES) ?? [];
  return cells.map(({ title, unit }, at) => {
    const most = Math.max(...points.map(({ widths }) => widths[at]?.halfWidth ?? 0));
    // What is next to nothing would stretch the axis until nothing else is seen.
    const drawn = (y: number | undefined) => (y === undefined || y < most / 300 ? Number.NaN : y);
    return curveFigure(
      {
        id: `predicted-${at + 1}`,
        title: `What ε buys: ${title}`,
        x: { title: "ε", scale: "log" },
        y: { title: `± of the 95 % interval, ${unit}`, scale: "log" },
        each: "Interval",
      },
      [
        { name: "noise and sampling", points: points.map(({ x, widths }) => ({ x, y: drawn(widths[at]?.halfWidth) })) },
        { name: "noise alone", points: points.map(({ x, widths }) => ({ x, y: drawn(widths[at]?.privacyHalfWidth) })) },
      ],
    );
  });
}

export interface SolvedBudget {
  readonly epsilon: string;
  readonly rho: string;
  readonly halfWidth: number;
}

/** @param error in the statistic's own unit; of shares between 0 and 1 */
export function solve(asked: Asked, error: number, data: OwnData | undefined): SolvedBudget {
  const { catalogue } = settingOf(data);
  const { question } = read(asked, data);
  const priced = { ...question, privacy: { epsilon: "1" } };
  const solved = solveQuestion(priced, { error, members: asked.members }, catalogue);
  const { privacy } = solved.question;
  return {
    epsilon: "epsilon" in privacy ? privacy.epsilon : "",
    rho: solved.planned.chosen.plan.rho,
    halfWidth: solved.halfWidth,
  };
}

export function check(sql: string, data: OwnData | undefined): Checked {
  if (sql.trim() === "") return { wrong: { message: "there is no question", hint: "Begin with SELECT, or by form." } };
  const { catalogue, defaults } = settingOf(data);
  try {
    readRequest({ sql }, catalogue, defaults);
    return {};
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    const { message, hint } = error;
    return { wrong: { message, hint, ...(error instanceof SqlError ? { problem: error.problem } : {}) } };
  }
}

export function suggest(sql: string, at: number, data: OwnData | undefined): Suggestions {
  return suggestAt(sql, at, settingOf(data).catalogue);
}

export interface Vocabulary {
  readonly metrics: readonly { readonly id: string; readonly title: string; readonly per: string }[];
  readonly attributes: readonly { readonly id: string; readonly title: string }[];
}

/** For the form. Attributes without a public list cannot be grouped by. */
export function vocabulary(data: OwnData | undefined): Vocabulary {
  const { metrics, attributes } = settingOf(data).catalogue;
  return {
    metrics: [...metrics.values()].map(({ id, title, per }) => ({ id, title, per })),
    attributes: [...attributes.values()]
      .filter(({ values, cap }) => values.length > 0 && typeof cap !== "number")
      .map(({ id, title }) => ({ id, title })),
  };
}
