// The functions of a TypeScript or JavaScript file with their lengths.
import ts from "typescript";

export interface FunctionLength {
  readonly name: string;
  readonly lines: number;
}

export function functionLengths(path: string, text: string): readonly FunctionLength[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: FunctionLength[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const start = node.getStart(source);
      found.push({ name: nameOf(node, lineAt(start) + 1), lines: lineAt(node.end) - lineAt(start) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.SignatureDeclaration, line: number): string {
  if (node.name !== undefined) return node.name.getText();
  const owner = node.parent;
  return ts.isVariableDeclaration(owner) || ts.isPropertyAssignment(owner) ? owner.name.getText() : `at line ${line}`;
}
