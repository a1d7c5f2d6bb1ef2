import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One name that src/index.ts exports. */
export interface PublicName {
  name: string
  kind: 'value' | 'type'
  /** The text of its documentation comment. */
  documentation: string
  /** Where an `any` can be reached from it, e.g. "startRuntime().info.device"; empty where all is typed. */
  anyAt: string[]
  /** Types of this package that can be reached from it and that it does not export, with where, e.g. "StageName at runExperiment(options).until". */
  hidden: string[]
}

/** What the package exports, as the compiler sees it, sorted by name. */
export function publicSurface(): PublicName[] {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const program = ts.createProgram([`${root}/src/index.ts`], options)
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(`${root}/src/index.ts`) as ts.SourceFile) as ts.Symbol
  const exports = checker.getExportsOfModule(module)
  const known = new Set(exports.map((exported) => declared(exported, checker)))
  return exports.map((exported) => publicName(exported, checker, known)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The symbol that an export stands for. */
function declared(exported: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
}

function publicName(exported: ts.Symbol, checker: ts.TypeChecker, known: ReadonlySet<ts.Symbol>): PublicName {
  const onlyType = exported.declarations?.some((node) => ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly))
  const symbol = declared(exported, checker)
  const isValue = onlyType !== true && (symbol.flags & ts.SymbolFlags.Value) !== 0
  const node = symbol.declarations?.[0] as ts.Declaration
  const types = [
    ...(isValue ? [checker.getTypeOfSymbolAtLocation(symbol, node)] : []),
    ...(symbol.flags & (ts.SymbolFlags.Type | ts.SymbolFlags.TypeAlias) ? [checker.getDeclaredTypeOfSymbol(symbol)] : []),
  ]
  const walk = new Walk(checker, known)
  for (const type of types) walk.visit(type, exported.name)
  return {
    name: exported.name,
    kind: isValue ? 'value' : 'type',
    documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    anyAt: walk.found,
    hidden: walk.hidden,
  }
}

/** Goes through a type down to what this package does not declare itself. */
class Walk {
  readonly found: string[] = []
  readonly hidden: string[] = []
  readonly #seen = new Set<ts.Type>()

  constructor(
    readonly checker: ts.TypeChecker,
    readonly known: ReadonlySet<ts.Symbol>,
  ) {}

  visit(type: ts.Type, at: string): void {
    if (type.flags & ts.TypeFlags.Any) this.found.push(at)
    if (this.#seen.has(type)) return
    this.#seen.add(type)
    const name = type.aliasSymbol ?? type.symbol
    if (name !== undefined && isNamed(name) && isOwn(type) && !this.known.has(name)) this.hidden.push(`${name.name} at ${at}`)
    if (type.isUnionOrIntersection()) for (const part of type.types) this.visit(part, at)
    const given = this.checker.getTypeArguments(type as ts.TypeReference)
    // What an Iterable returns and takes is `any` by its own default, whoever names it.
    const told = /^(Async)?Iterable$/.test(type.symbol?.name ?? '') ? given.slice(0, 1) : given
    for (const argument of told) this.visit(argument, `${at}<>`)
    if (!isOwn(type)) return
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) this.#signature(signature, at)
    for (const property of type.getProperties()) {
      const node = property.valueDeclaration ?? property.declarations?.[0]
      if (isPrivate(property)) continue
      if (node !== undefined) this.visit(this.checker.getTypeOfSymbolAtLocation(property, node), `${at}.${property.name}`)
    }
  }

  #signature(signature: ts.Signature, at: string): void {
    for (const parameter of signature.getParameters()) {
      const node = parameter.valueDeclaration
      if (node !== undefined) this.visit(this.checker.getTypeOfSymbolAtLocation(parameter, node), `${at}(${parameter.name})`)
    }
    this.visit(signature.getReturnType(), `${at}()`)
  }
}

function isPrivate({ name, valueDeclaration }: ts.Symbol): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return name.startsWith('#') || (valueDeclaration !== undefined && (ts.getCombinedModifierFlags(valueDeclaration) & hidden) !== 0)
}

/** Whether a type has a name that a program could import. */
function isNamed({ flags }: ts.Symbol): boolean {
  return (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class | ts.SymbolFlags.TypeAlias)) !== 0
}

function isOwn(type: ts.Type): boolean {
  const declarations = (type.aliasSymbol ?? type.symbol)?.declarations ?? []
  return declarations.length === 0 || declarations.some((node) => node.getSourceFile().fileName.startsWith(`${root}src/`))
}
