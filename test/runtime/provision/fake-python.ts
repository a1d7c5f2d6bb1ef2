import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Shell scripts that stand in for python3 on the PATH, so that the order and the failures of a set-up can be tested in
 * milliseconds. (The set-up itself runs for real before the tests do.)
 */
export interface FakePython {
  minor?: string
  canMakeEnvironments?: boolean
  /** What `pip install` does: shell. */
  pip?: string
}

/** Put a `name` into `folder`; it answers the probe, makes a "venv" that holds itself, and logs each call to calls.log. */
export async function writeFakePython(folder: string, name: string, fake: FakePython = {}): Promise<string> {
  const { minor = '3.11', canMakeEnvironments = true, pip = 'exit 0' } = fake
  const path = join(folder, name)
  const facts = { executable: path, version: `${minor}.1`, minor, canMakeEnvironments, packages: {} }
  const script = `#!/bin/sh
echo "$*" >> '${join(folder, 'calls.log')}'
case "$*" in
  *importlib.metadata*) echo '${JSON.stringify(facts)}' ;;
  *"-m venv"*) for last; do :; done; /bin/mkdir -p "$last/bin"; /bin/cp "$0" "$last/bin/python"; echo "#!$last/bin/python" > "$last/bin/pip" ;;
  *"pip config list"*) ;;
  *"pip --version"*) echo 'pip 23.2.1 from /x' ;;
  *"pip install"*) ${pip} ;;
  *torch.__version__*) echo 2.13.0+cpu ;;
  *) exit 3 ;;
esac
`
  await mkdir(folder, { recursive: true })
  await writeFile(path, script)
  await chmod(path, 0o755)
  return path
}

/** Puts a `uv` into `folder`: a shell script whose `uv venv` makes an environment of the python3 beside it. `install`: shell. */
export async function writeFakeUv(folder: string, install = 'exit 0'): Promise<void> {
  const script = `#!/bin/sh
echo "uv $*" >> '${join(folder, 'calls.log')}'
case "$*" in
  --version) echo 'uv 0.9.0' ;;
  venv*) for last; do :; done; /bin/mkdir -p "$last/bin"; /bin/cp '${join(folder, 'python3')}' "$last/bin/python" ;;
  "pip install"*) ${install} ;;
esac
`
  await writeFile(join(folder, 'uv'), script)
  await chmod(join(folder, 'uv'), 0o755)
}
