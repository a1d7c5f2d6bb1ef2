import { getSystemErrorMap } from 'node:util'
import { GraitError } from './errors.js'

/** A full disk, a used-up quota, a file larger than the file system or `ulimit -f` allows: more room would help. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What the system says of a file that it could not write or read: an error of Node with a code and an error number. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string; errno: number } {
  const { code, errno } = (error ?? {}) as NodeJS.ErrnoException
  return error instanceof Error && !GraitError.isInstance(error) && typeof code === 'string' && typeof errno === 'number'
}

/** The system's refusal to write `path`, as a GraitError `disk_full` or `disk_failed` that names the path. Any other error is returned unchanged. */
export function writeFault(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error
  const message = `${path}: can't be written: ${systemWords(error)}`
  const details = { path, errno: error.code }
  if (NO_ROOM.has(error.code)) {
    return new GraitError('disk_full', message, { hint: 'Free some space, or write to another disk.', details, cause: error })
  }
  const hint = isInTheWay(error)
    ? 'A file lies where a folder has to be: move it away, or name another place.'
    : 'Name a place that you may write to, and check the disk.'
  return new GraitError('disk_failed', message, { hint, details, cause: error })
}

/** The system's refusal to read `path`, as a GraitError `disk_failed`. Any other error is returned unchanged. */
export function readFault(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error
  return new GraitError('disk_failed', `${path}: can't be read: ${systemWords(error)}`, {
    hint: 'Check who may read it, and the disk.',
    details: { path, errno: error.code },
    cause: error,
  })
}

/** Runs `work`, which writes `path`. @throws GraitError disk_full, disk_failed */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw writeFault(error, path)
  }
}

/** The system's own words, without the name of the call: "no space left on device". */
export function systemWords({ errno, code, syscall }: NodeJS.ErrnoException & { errno: number; code: string }): string {
  if (isInTheWay({ code, syscall })) return 'not a directory'
  return getSystemErrorMap().get(errno)?.[1] ?? code
}

/** Making a folder below a file: what exists already is the file. */
function isInTheWay({ code, syscall }: Pick<NodeJS.ErrnoException, 'code' | 'syscall'>): boolean {
  return code === 'ENOTDIR' || (syscall === 'mkdir' && code === 'EEXIST')
}
