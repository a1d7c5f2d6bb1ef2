import { fileURLToPath } from 'node:url'
import {
  Application,
  Comment,
  type Context,
  Converter,
  DeclarationReflection,
  ReferenceType,
  ReflectionKind,
  type TypeDocOptions,
} from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'

const root = fileURLToPath(new URL('../..', import.meta.url))

const INTRODUCTION =
  'Everything that the package `grait` exports. `grait/evaluation`, `grait/data` and `grait/runtime` export their part alone; the first two load no native add-on. These pages are made from types and comments by `npm run docs`.'

interface Page {
  title: string
  about: string
  /** Folders and files of src/ whose exports stand on it; a file comes before its folder. */
  from: readonly string[]
}

/** The pages of the reference, in reading order. */
const PAGES: readonly Page[] = [
  {
    title: 'Runtime',
    about: 'Models: load them, generate and score texts, train adapters, compute gradients and embeddings.',
    from: ['runtime', 'bridge', 'config/training-defaults.ts'],
  },
  { title: 'Experiments', about: 'Whole runs, comparisons and their configuration.', from: ['pipeline', 'config', 'report'] },
  { title: 'Data', about: 'Questions and predictions: read, check, sample, split.', from: ['data'] },
  { title: 'Prompts', about: 'How questions, answers and refusals are worded.', from: ['prompts'] },
  { title: 'Knowledge', about: 'What the model knows: correctness and certainty.', from: ['knowledge'] },
  {
    title: 'Influence',
    about: 'What training on a question would do to the answers to others, and the weights that follow from it.',
    from: ['influence'],
  },
  { title: 'Methods', about: 'Which questions are trained on, and how: the built-in methods, and your own.', from: ['rait'] },
  { title: 'Evaluation', about: 'Judging answers; measures, intervals and comparisons.', from: ['evaluation'] },
  {
    title: 'Errors',
    about: 'What is thrown, the exit status that stands for it, and how long work is cancelled.',
    from: ['errors.ts', 'cancellation.ts'],
  },
]

/** Types whose keys have a page of their own, configuration.md. */
const WITHOUT_KEYS = new Set(['Config', 'ConfigInput'])

/**
 * Writes the reference of what src/index.ts exports, from its types and documentation comments, as Markdown: a page for each
 * part of the package, and README.md, which lists them. What lay in the folder before is removed.
 *
 * @throws Error where an export belongs to no page, or a comment links to what is not there
 */
export async function writeApiReference(folder: string): Promise<void> {
  const options: Partial<TypeDocOptions> & PluginOptions = {
    name: 'API',
    entryPoints: [`${root}src/index.ts`],
    tsconfig: `${root}tsconfig.json`,
    plugin: ['typedoc-plugin-markdown'],
    out: folder,
    logLevel: 'Warn',
    treatWarningsAsErrors: true,
    skipErrorChecking: true,
    readme: 'none',
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    sort: ['source-order'],
    sortEntryPoints: false,
    groupOrder: ['Functions', 'Classes', '*'],
    router: 'module',
    indexFormat: 'table',
    flattenOutputFiles: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    useCodeBlocks: true,
    typeAliasPropertiesFormat: 'table',
    expandObjects: true,
    tableColumnSettings: { hideInherited: true, hideOverrides: true, hideDefaults: true },
    useHTMLAnchors: false,
  }
  const app = await Application.bootstrapWithPlugins(options)
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, divideIntoPages)
  const project = await app.convert()
  if (project === undefined) throw new Error('the reference cannot be made from src/index.ts')
  await app.generateOutputs(project)
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('the reference has gaps: see above')
}

/** Puts every export under the page of the folder that it is declared in, instead of all of them on one. */
function divideIntoPages(context: Context): void {
  const { project } = context
  const exported = project.children ?? []
  const pageOf = new Map<string, DeclarationReflection>()
  delete project.children
  delete project.childrenIncludingDocuments
  project.comment = textComment(INTRODUCTION)
  for (const { title, about, from } of PAGES) {
    const page = new DeclarationReflection(title, ReflectionKind.Module, project)
    page.comment = textComment(about)
    project.registerReflection(page, undefined, undefined)
    project.addChild(page)
    for (const folder of from) pageOf.set(folder, page)
  }
  for (const reflection of exported) {
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName
    const path = file?.slice(`${root}src/`.length) ?? ''
    const page = pageOf.get(path) ?? pageOf.get(path.split('/')[0] ?? '')
    if (page === undefined)
      throw new Error(`no page of the reference takes ${reflection.name} of ${file}: name one in test/api/api-reference.ts`)
    if (WITHOUT_KEYS.has(reflection.name)) delete reflection.children
    leaveOutHiddenParents(reflection)
    reflection.parent = page
    page.addChild(reflection)
  }
}

const textComment = (text: string) => new Comment([{ kind: 'text', text }])

/** Leaves out of "extends" what the package does not export, as the schemas that types are inferred from: its properties are listed anyway. */
function leaveOutHiddenParents(reflection: DeclarationReflection): void {
  const shown = reflection.extendedTypes?.filter((type) => type instanceof ReferenceType && type.reflection !== undefined) ?? []
  if (shown.length === 0) delete reflection.extendedTypes
  else reflection.extendedTypes = shown
}
