import { spawn } from 'node:child_process'

interface Ran {
  ok: boolean
  /** It did not end in time, or said nothing for too long, and was killed with all that it had started. */
  hung: boolean
  output: string
}

/** Runs a command to its end, for `limitMs` at most, and for `silenceMs` at most without a word of output. */
export const runCommand = async (
  command: string,
  args: readonly string[],
  { limitMs, silenceMs = limitMs }: { limitMs: number; silenceMs?: number },
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
  let heardAt = performance.now()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      heardAt = performance.now()
    })
  const ended = new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      output += String(error)
      resolve(false)
    })
    child.on('exit', (code) => resolve(code === 0))
  })
  const startedAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setInterval(() => {
      const now = performance.now()
      if (now - startedAt > limitMs || now - heardAt > silenceMs) resolve('late')
    }, 1_000)
  })
  const end = await Promise.race([ended, late])
  clearInterval(timer)
  kill()
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  return end === 'late' ? { ok: false, hung: true, output } : { ok: end, hung: false, output }
}
