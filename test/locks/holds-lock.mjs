// Takes a lock, says so on stdout, and holds it as its arguments say: PATH for|busy|until-told MS HEARTBEAT_MS
import { register } from 'tsx/esm/api'

register()
const { takeLock } = await import('../../src/locks/lock.ts')
const [path, how, ms, heartbeatMs] = process.argv.slice(2)
const lock = await takeLock(path, { timing: { heartbeatMs: Number(heartbeatMs), pollMs: 20 } })
lock.lost.addEventListener('abort', () => process.stdout.write(`lost ${lock.lost.reason.code}\n`))
process.stdout.write('held\n')
if (how === 'busy') for (const end = performance.now() + Number(ms); performance.now() < end; );
else await new Promise((done) => setTimeout(done, Number(ms)))
try {
  lock.check()
  process.stdout.write('still held\n')
} catch (error) {
  process.stdout.write(`refused ${error.code}\n`)
}
await lock.release()
