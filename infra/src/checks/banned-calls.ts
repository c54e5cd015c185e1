import ts from 'typescript'

export interface BannedCall {
  line: number
  what: string
}

const members = new Set(['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'process.hrtime'])
const names = new Set(['setTimeout', 'setInterval', 'randomUUID'])
const modules = new Set(['node:timers', 'node:timers/promises', 'timers', 'timers/promises'])

/** Where a source takes time, timers, randomness or ids from the system instead of from its ports. */
export function findBannedCalls(fileName: string, text: string): BannedCall[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true)
  const found: BannedCall[] = []
  const report = (node: ts.Node, what: string) =>
    found.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, what })
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const path = node.getText().replace(/^globalThis\./, '')
      if (members.has(path) || names.has(path)) report(node, path)
    } else if (ts.isIdentifier(node) && names.has(node.text) && isUse(node)) report(node, node.text)
    else if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
      report(node, 'new Date()')
    else if (ts.isCallExpression(node) && node.expression.getText() === 'Date') report(node, 'Date()')
    else if (ts.isImportDeclaration(node) && modules.has((node.moduleSpecifier as ts.StringLiteral).text))
      report(node, `import of ${(node.moduleSpecifier as ts.StringLiteral).text}`)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** An identifier that names a member or a property of something else is not the global one. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node
  return !(
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isPropertyDeclaration(parent)) &&
    parent.name === node
  )
}
