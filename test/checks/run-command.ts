import { spawn } from 'node:child_process'
import { setTimeout as after } from 'node:timers/promises'

interface Ran {
  ok: boolean
  /** It did not end within its limit and was killed, with all that it had started. */
  hung: boolean
  output: string
}

/** Runs a command to its end, for `limitMs` at most; `heard` gets its output while it comes. */
export const runCommand = async (
  command: string,
  args: readonly string[],
  limitMs: number,
  heard: (chunk: string) => void = () => {},
): Promise<Ran> => {
  // In a group of its own, so that a limit or an interrupt ends what it started too.
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: '1' },
    detached: true,
  })
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It was gone already.
    }
  }
  const interrupted = () => {
    kill()
    process.exit(130)
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)

  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      heard(chunk)
    })
  const ended = new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      output += String(error)
      resolve(false)
    })
    child.on('exit', (code) => resolve(code === 0))
  })
  const timer = new AbortController()
  const late = after(limitMs, 'late' as const, { signal: timer.signal }).catch(() => false as const)
  const end = await Promise.race([ended, late])
  timer.abort()
  kill()
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  return end === 'late' ? { ok: false, hung: true, output } : { ok: end, hung: false, output }
}
