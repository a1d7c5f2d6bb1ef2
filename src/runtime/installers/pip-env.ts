import { devNull } from 'node:os'
import { execa } from 'execa'
import { cancelledBy } from '../../errors.js'
import { cleanPythonEnv } from '../python/python-env.js'

/**
 * The settings of pip that say where packages come from and how they are fetched. Any other (target, prefix, user, no-deps, ...)
 * could lead an installation to another place or leave something out.
 */
const KEPT = new Set([
  'index-url',
  'extra-index-url',
  'no-index',
  'find-links',
  'trusted-host',
  'cert',
  'client-cert',
  'proxy',
  'timeout',
  'default-timeout',
  'retries',
  'resume-retries',
  'cache-dir',
  'no-cache-dir',
  'keyring-provider',
  'use-feature',
  'use-deprecated',
])

/** The sections that count for `pip install`, the weaker first. Environment variables are listed as a section too. */
const SECTIONS = ['global', 'install', ':env:']

/** The environment for pip: the sources of its configuration files and variables, and nothing else of them. */
export async function pipEnv(python: string, signal?: AbortSignal): Promise<Record<string, string>> {
  const others = Object.entries(cleanPythonEnv()).filter(([name]) => !name.startsWith('PIP_'))
  return { ...Object.fromEntries(others), ...QUIET, ...(await pipSources(python, signal)), PIP_CONFIG_FILE: devNull }
}

/** The sources that the pip of an interpreter is configured with, as variables of pip; without a pip there, those of its variables. */
export async function pipSources(python: string, signal?: AbortSignal): Promise<Record<string, string>> {
  // A configured `quiet` would hide the list, too.
  const env = { ...cleanPythonEnv(), PIP_QUIET: '0' }
  const variables = Object.entries(env).filter(([name]) => name.startsWith('PIP_'))
  const asListed = variables.map(([name, value]) => `:env:.${name.slice(4).toLowerCase().replaceAll('_', '-')}=${value}`)
  return sourceSettings((await pipOutput(python, ['config', 'list'], env, signal)) || asListed.join('\n'))
}

/** What a command of pip prints; empty if it fails. */
export async function pipOutput(
  python: string,
  args: readonly string[],
  env: Record<string, string>,
  signal?: AbortSignal,
): Promise<string> {
  const { stdout, isCanceled } = await execa(python, ['-m', 'pip', ...args], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
    ...(signal && { cancelSignal: signal }),
  })
  if (isCanceled) throw cancelledBy(signal, 'the set-up was cancelled; nothing half-made is left')
  return stdout ?? ''
}

/** Before pip 25.1 a transfer that breaks off begins anew, and the last of these is not known. */
const QUIET = { PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_RESUME_RETRIES: '5' }

/** The sources in what `pip config list` prints, as variables of pip. */
export function sourceSettings(listed: string): Record<string, string> {
  const found = listed.split('\n').flatMap((line) => {
    const [, section, key, value] = /^([^.=]+)\.([^=]+)=(.*)$/.exec(line.trim()) ?? []
    return section !== undefined && key !== undefined && KEPT.has(key) && SECTIONS.includes(section)
      ? [{ section, key, value: unquoted(value ?? '') }]
      : []
  })
  found.sort((a, b) => SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section))
  return Object.fromEntries(found.map(({ key, value }) => [`PIP_${key.toUpperCase().replaceAll('-', '_')}`, value]))
}

/** A string as Python writes it. */
function unquoted(text: string): string {
  const inner = /^(['"])(.*)\1$/.exec(text)?.[2] ?? text
  return inner.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char))
}
