import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { newTemporaryFolder } from '../../disk/temporary-folder.js'
import { onProcessExit } from '../../exit-hook.js'

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, a closing zero included. */
const LONGEST_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107
export const SOCKET_FOLDER_PREFIX = 'grait-'
/** Length of the suffix that mkdtemp adds, and of the longest socket name with its slash. */
const ADDED_BYTES = 6 + '/d'.length

export interface SocketFolder {
  path: string
  dataEndpoint: string
  controlEndpoint: string
  remove(): void
}

/** A folder of mode 0700 for the two ipc sockets, under a path short enough for a socket address; removed at exit. */
export function makeSocketFolder(): SocketFolder {
  const path = newTemporaryFolder(SOCKET_FOLDER_PREFIX, fits)
  const remove = () => rmSync(path, { recursive: true, force: true })
  const takeBack = onProcessExit(remove)
  return {
    path,
    ...endpointsIn(path),
    remove: () => {
      takeBack()
      remove()
    },
  }
}

/** The endpoints in a socket folder. */
export function endpointsIn(path: string): Pick<SocketFolder, 'dataEndpoint' | 'controlEndpoint'> {
  return { dataEndpoint: `ipc://${join(path, 'd')}`, controlEndpoint: `ipc://${join(path, 'c')}` }
}

function fits(prefix: string): boolean {
  return Buffer.byteLength(prefix) + ADDED_BYTES <= LONGEST_SOCKET_PATH
}

/** Whether a process listens at the sockets in a folder, in this container or another. */
export async function isListening(folder: string): Promise<boolean> {
  const socket = connect(endpointsIn(folder).dataEndpoint.slice('ipc://'.length))
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
