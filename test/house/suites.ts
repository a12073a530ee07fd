// Suites that could end up without a test: vitest fails them, on the machine where their source of cases is empty.
import { posix } from "node:path";
import ts from "typescript";

const SUITES = new Set(["describe", "suite"]);
const TESTS = new Set(["test", "it", ...SUITES]);

/** What of the exports of a file of test/ depends on the machine. */
export type MachineExports = (file: string) => ReadonlySet<string>;

/**
 * "path:line title" of every suite none of whose tests is certain and of every test that checks nothing but such a list,
 * unless it says when it is skipped.
 */
export function suitesThatCanBeEmpty(path: string, text: string, exportsOf: MachineExports): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
  const uncertain = uncertainty(source, path, exportsOf);
  const certain = certainty(source, uncertain);
  const found: string[] = [];
  const say = (node: ts.CallExpression) =>
    found.push(
      `${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${node.arguments[0]?.getText(source) ?? ""}`,
    );
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node)) {
      const { root, links } = chainOf(node);
      if (TESTS.has(root) && (links.has("skipIf") || links.has("runIf"))) return;
      const body = TESTS.has(root) ? bodyOf(node) : undefined;
      if (body !== undefined && (SUITES.has(root) ? !certain(body) : onlyLoops(body, uncertain))) say(node);
    }
    ts.forEachChild(node, visit);
  };
  if (path.endsWith(".test.ts") && !certain(source)) found.push(`${path}: the file`);
  visit(source);
  return found;
}

/** Names of a file's exports that depend on the machine. */
export function machineExports(path: string, text: string): ReadonlySet<string> {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
  const uncertain = uncertainty(source, path, () => new Set());
  const names = new Set<string>();
  for (const node of source.statements) {
    if (ts.isFunctionDeclaration(node) && node.name !== undefined && uncertain(node)) names.add(node.name.text);
    if (ts.isVariableStatement(node))
      for (const one of node.declarationList.declarations) if (uncertain(one)) names.add(one.name.getText(source));
  }
  return names;
}

/** Whether all that a test says is inside loops over what may be empty. */
function onlyLoops(body: ts.ConciseBody, uncertain: Uncertain): boolean {
  if (!ts.isBlock(body)) return false;
  const loops = body.statements.filter((node) => ts.isForOfStatement(node) && uncertain(node.expression));
  const others = body.statements.filter((node) => !loops.includes(node as ts.ForOfStatement));
  return loops.length > 0 && !others.some((node) => /\bexpect/.test(node.getText()));
}

/** `describe.skipIf(a).each(b)` → describe, [skipIf, each] with the arguments that each was given. */
function chainOf(call: ts.CallExpression): { root: string; links: Map<string, ts.Expression | undefined> } {
  const links = new Map<string, ts.Expression | undefined>();
  let at: ts.Expression = call.expression;
  let given: ts.Expression | undefined;
  for (;;) {
    if (ts.isCallExpression(at)) {
      given = at.arguments[0];
      at = at.expression;
    } else if (ts.isPropertyAccessExpression(at)) {
      links.set(at.name.text, given);
      given = undefined;
      at = at.expression;
    } else return { root: ts.isIdentifier(at) ? at.text : "", links };
  }
}

function bodyOf(call: ts.CallExpression): ts.ConciseBody | undefined {
  const last = call.arguments.find((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one));
  return last !== undefined && (ts.isArrowFunction(last) || ts.isFunctionExpression(last)) ? last.body : undefined;
}

type Uncertain = (node: ts.Node) => boolean;

// What is read fails when it is not there.
const FILE_SYSTEM = /^(?:exists|readdir|stat|glob)Sync$/;

/** Whether an expression depends on what there is on a machine: its files, its environment, helpers that read them. */
function uncertainty(source: ts.SourceFile, path: string, exportsOf: MachineExports): Uncertain {
  const means = new Map<string, ts.Node>();
  const read = new Set<string>();
  for (const node of source.statements)
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const names = node.importClause?.namedBindings;
      const from = posix.join(posix.dirname(path), node.moduleSpecifier.text);
      if (names !== undefined && ts.isNamedImports(names))
        for (const { name, propertyName } of names.elements)
          if (exportsOf(from).has((propertyName ?? name).text)) read.add(name.text);
    }
  const learn = (node: ts.Node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      means.set(node.name.text, node.initializer);
    if (ts.isFunctionDeclaration(node) && node.name !== undefined && node.body !== undefined)
      means.set(node.name.text, node.body);
    ts.forEachChild(node, learn);
  };
  learn(source);
  const known = new Map<string, boolean>();
  const uncertain: Uncertain = (node) => {
    if (!ts.isIdentifier(node)) return ts.forEachChild(node, (child) => uncertain(child) || undefined) ?? false;
    const { text } = node;
    if (text === "env" || FILE_SYSTEM.test(text) || read.has(text)) return true;
    if (!known.has(text)) {
      known.set(text, false);
      const meaning = means.get(text);
      known.set(text, meaning !== undefined && uncertain(meaning));
    }
    return known.get(text) as boolean;
  };
  return uncertain;
}

function certainty(source: ts.SourceFile, uncertain: Uncertain): (body: ts.SourceFile | ts.ConciseBody) => boolean {
  const imported = new Set<string>();
  for (const node of source.statements)
    if (ts.isImportDeclaration(node) && node.moduleSpecifier.getText(source).startsWith('".'))
      ts.forEachChild(node, function names(child) {
        if (ts.isImportSpecifier(child)) imported.add(child.name.text);
        ts.forEachChild(child, names);
      });

  const functions = new Map<string, ts.ConciseBody>();
  for (const node of source.statements)
    if (ts.isFunctionDeclaration(node) && node.name !== undefined && node.body !== undefined)
      functions.set(node.name.text, node.body);

  const statement = (node: ts.Node): boolean => {
    if (ts.isExpressionStatement(node)) return call(node.expression);
    if (ts.isForOfStatement(node)) return !uncertain(node.expression) && statement(node.statement);
    if (ts.isForStatement(node)) return statement(node.statement);
    return ts.isBlock(node) && node.statements.some(statement);
  };

  const call = (node: ts.Node): boolean => {
    if (!ts.isCallExpression(node)) return false;
    const { root, links } = chainOf(node);
    if (TESTS.has(root)) {
      const each = links.get("each");
      return each === undefined || !uncertain(each) || links.has("skipIf");
    }
    if (ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "forEach")
      return !uncertain(node.expression.expression);
    // What another file declares is looked at there.
    const own = functions.get(root);
    return links.size === 0 && (imported.has(root) || (own !== undefined && certainOf(own)));
  };

  const certainOf = (body: ts.SourceFile | ts.ConciseBody): boolean =>
    ts.isBlock(body) || ts.isSourceFile(body) ? body.statements.some(statement) : call(body);
  return certainOf;
}
