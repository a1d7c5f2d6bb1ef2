import { execa } from 'execa'
import { cancelledBy, GraitError } from '../../errors.js'
import { TORCH_FILE, type TorchBuild } from '../python/requirements.js'
import { type PipWatch, tell } from './pip.js'
import { pipSources } from './pip-env.js'
import { TORCH_CPU_INDEX } from './torch-build.js'
import { type UvSources, uvSources } from './uv-env.js'
import { uvEvent, wouldInstallCpuBuild } from './uv-output.js'

/** Nothing but what is asked for counts: no project, no configuration file, no Python of uv's own. */
const ALONE = ['--no-config', '--no-python-downloads']
const KEPT_LINES = 30

/** Astral's installer, where it is on the PATH: the same files as pip's, in less time. */
export class Uv {
  private constructor(
    private readonly sources: UvSources,
    private readonly watch: PipWatch,
  ) {}

  /** undefined if there is none, or GRAIT_INSTALLER=pip. `base` is asked where pip is configured to look. */
  static async find(base: string, watch: PipWatch): Promise<Uv | undefined> {
    return (await hasUv()) ? new Uv(uvSources(await pipSources(base, watch.signal)), watch) : undefined
  }

  async makeVenv(base: string, folder: string): Promise<void> {
    await this.run('the environment', ['venv', ...ALONE, '--no-project', '--python', base, '--prompt', 'grait', folder])
  }

  /** `uv pip install ...args` from wheels only. For the pinned packages `args` has their hashes. */
  async install(python: string, what: string, args: string[]): Promise<void> {
    await this.run(what, this.installing(python, args))
  }

  /** PyTorch from PyTorch's own index of CPU builds, unless the configured sources have one. */
  async installTorch(python: string, build: TorchBuild): Promise<void> {
    const plain = ['-r', TORCH_FILE]
    const cpuElsewhere = async () =>
      wouldInstallCpuBuild(await this.run('PyTorch', this.installing(python, ['--dry-run', '--no-deps', ...plain])).catch(() => ''))
    const source = build === 'default' || (await cpuElsewhere()) ? [] : ['--index', TORCH_CPU_INDEX]
    await this.install(python, 'PyTorch', [...plain, ...source])
  }

  /** All indexes count alike, as for pip. */
  private installing(python: string, args: string[]): string[] {
    const general = ['pip', 'install', ...ALONE, '--no-progress', '--python', python, '--only-binary', ':all:']
    return [...general, '--index-strategy', 'unsafe-best-match', ...this.sources.args, ...args]
  }

  private async run(what: string, args: string[]): Promise<string> {
    const { signal } = this.watch
    const child = execa('uv', args, {
      env: this.sources.env,
      extendEnv: false,
      all: true,
      buffer: false,
      reject: false,
      stdin: 'ignore',
      ...(signal && { cancelSignal: signal }),
    })
    const lines: string[] = []
    for await (const line of child.iterable({ from: 'all' })) {
      lines.push(line)
      tell(uvEvent(line), this.watch)
    }
    const { failed, isCanceled, exitCode } = await child
    if (isCanceled) throw cancelledBy(signal, `installing ${what} was cancelled`)
    if (!failed) return lines.join('\n')
    const words = lines.filter((line) => uvEvent(line) === undefined).slice(-KEPT_LINES)
    throw new GraitError('setup_failed', `uv could not install ${what} (exit ${exitCode}): ${words.join(' ').trim()}`, {
      hint: 'GRAIT_INSTALLER=pip leaves uv out',
      details: { output: words.join('\n') },
    })
  }
}

/** Whether uv is on the PATH and not left out by GRAIT_INSTALLER=pip. */
export async function hasUv(): Promise<boolean> {
  if (installer() === 'pip') return false
  const { failed } = await execa('uv', ['--version'], { reject: false, stdin: 'ignore', timeout: 20_000 })
  return !failed
}

/** @throws GraitError usage for another word in GRAIT_INSTALLER than uv or pip */
function installer(): 'uv' | 'pip' {
  const asked = process.env['GRAIT_INSTALLER'] || 'uv'
  if (asked === 'uv' || asked === 'pip') return asked
  throw new GraitError('usage', `GRAIT_INSTALLER is ${asked}`, { hint: 'uv (where it is on the PATH; otherwise pip) or pip' })
}
