import { readFileSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { isMap, isScalar, LineCounter, parseDocument, YAMLParseError } from 'yaml'
import type { z } from 'zod'
import { isSystemError, systemWords } from '../disk-fault.js'
import { GraitError } from '../errors.js'
import { nearestName } from '../nearest-name.js'
import { keyCalledElsewhere } from './names-elsewhere.js'
import { pathFrom, withHome, withPaths } from './paths.js'
import { type Config, type ConfigInput, configSchema } from './schema.js'
import { keysAt } from './schema-keys.js'
import { applySetting } from './settings.js'

/** A configuration with every key filled in, and the name of its runs. */
export interface LoadedConfig {
  config: Config
  /** The file's name without extension; names the run's folder. */
  name: string
}

/**
 * Reads a YAML configuration, applies `--set` settings and fills in the defaults. Relative paths in the file are taken from the file's
 * folder, those of settings from the current folder; ~ is the home folder.
 * @throws GraitError config_invalid with file, line and key; data_not_found for a missing file
 */
export function loadConfig(file: string, settings: readonly string[] = []): LoadedConfig {
  const { written: inFile, lineOf } = readYaml(file)
  const written = withPaths(inFile, (path) => pathFrom(dirname(file), path))
  const settingOf = applySettings(written, settings)
  const where = (path: readonly PropertyKey[]) => {
    const key = path.join('.')
    const setting = settingOf(key)
    if (setting !== undefined && lineOf(path) === undefined) return `--set ${setting}`
    if (setting === key) return `--set ${key}`
    const line = lineOf(path)
    return line === undefined ? `${file}, ${key || 'top level'}` : `${file}:${line}, ${key}`
  }
  return { config: parseConfig(written, where), name: basename(file, extname(file)) }
}

/**
 * Makes a configuration from `--set` settings alone and fills in the defaults.
 * @param base what the settings change
 * @throws GraitError config_invalid with the setting
 */
export function loadSettings(settings: readonly string[], base: ConfigInput): Config {
  const written = structuredClone(base) as Record<string, unknown>
  const settingOf = applySettings(written, settings)
  return parseConfig(written, (path) => `--set ${settingOf(path.join('.')) ?? path.join('.')}`)
}

/** Applies the settings, and tells which of them a key comes from. */
function applySettings(written: Record<string, unknown>, settings: readonly string[]): (key: string) => string | undefined {
  for (const setting of settings) applySetting(written, setting)
  const names = settings.map((setting) => setting.slice(0, setting.indexOf('=')).trim())
  return (key) => names.find((name) => name === key || key.startsWith(`${name}.`) || name.startsWith(`${key}.`))
}

/**
 * Validates a configuration made in code and fills in the defaults. A misspelt key does not compile.
 * @throws GraitError config_invalid naming the key
 */
export function resolveConfig(input: ConfigInput): Config {
  return parseConfig(input)
}

/**
 * Validates a configuration from wherever it comes and fills in the defaults.
 * @param where what a message calls the place of a key
 * @throws GraitError config_invalid naming the place, and the nearest known key
 */
export function parseConfig(input: unknown, where = (path: readonly PropertyKey[]) => path.join('.') || 'configuration'): Config {
  const parsed = configSchema.safeParse(input, { reportInput: true })
  if (parsed.success) return withHome(parsed.data, where)
  throw configError(parsed.error, where)
}

function configError(error: z.ZodError, where: (path: readonly PropertyKey[]) => string): GraitError {
  const issue = error.issues[0] as z.core.$ZodIssue
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const known = keysAt(configSchema, issue.path)
    const nearest = nearestKey(key, issue.path, known)
    return new GraitError('config_invalid', `${where([...issue.path, key])}: there is no such key`, {
      hint: nearest === undefined ? `Known keys here: ${known.join(', ')}` : `Did you mean ${nearest}?`,
      details: { path: [...issue.path, key].join('.'), nearest },
    })
  }
  const message = issue.code === 'invalid_union' ? issue.errors.flat().map(issueText).join('; or ') : issueText(issue)
  return new GraitError('config_invalid', `${where(issue.path)}: ${message}`, {
    hint: `Every key, its range and its default: grait schema`,
    details: { path: issue.path.join('.') },
  })
}

/** The key that `key`, which is not among those `known` at `path`, was probably meant for. */
function nearestKey(key: string, path: readonly PropertyKey[], known: readonly string[]): string | undefined {
  const elsewhere = keyCalledElsewhere(key)
  const leaf = elsewhere?.slice(elsewhere.lastIndexOf('.') + 1)
  if (elsewhere !== undefined && !known.includes(leaf as string)) return elsewhere
  const near = leaf ?? nearestName(key, known)
  return near === undefined ? undefined : [...path, near].join('.')
}

/** Says what is wrong with a value, and which value it was. */
function issueText(issue: z.core.$ZodIssue): string {
  const got = issue.input === undefined ? 'is missing' : `not ${JSON.stringify(issue.input)}`
  switch (issue.code) {
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}, ${got}`
    case 'too_small':
      return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}, ${got}`
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be of type ${issue.expected}, ${got}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, ${got}`
    default:
      return issue.message
  }
}

function readYaml(file: string): { written: Record<string, unknown>; lineOf: (path: readonly PropertyKey[]) => number | undefined } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new GraitError('data_not_found', `${file}: can't be read${isSystemError(cause) ? `: ${systemWords(cause)}` : ''}`, {
      hint: 'Give the path of a YAML configuration, or none for the quick start.',
      cause,
    })
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const problem = document.errors[0]
  if (problem instanceof YAMLParseError) {
    const at = problem.linePos?.[0]
    throw new GraitError(
      'config_invalid',
      `${file}${at === undefined ? '' : `:${at.line}`}: not valid YAML: ${problem.message.split('\n')[0]}`,
      { cause: problem },
    )
  }
  const written: unknown = document.toJS() ?? {}
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw new GraitError('config_invalid', `${file}: a configuration is a map of sections (model, data, ...)`)
  }
  const lineOf = (path: readonly PropertyKey[]) => {
    for (let depth = path.length; depth > 0; depth--) {
      const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
      const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === path[depth - 1]) : undefined
      const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined
      if (start !== undefined) return lines.linePos(start).line
    }
    return undefined
  }
  return { written: written as Record<string, unknown>, lineOf }
}
