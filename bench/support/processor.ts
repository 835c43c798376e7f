import { readdirSync, readFileSync } from 'node:fs'

const children = (): number[] =>
  readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  )

/** Starts something that starts a process, and answers both. */
export const withChild = async <T>(start: () => Promise<T>): Promise<{ started: T; pid: number }> => {
  const before = children()
  const started = await start()
  const pid = children().find((child) => !before.includes(child))
  if (pid === undefined) throw new Error('nothing was started')
  return { started, pid }
}

/** User and system time of a process, all threads, in milliseconds; the kernel counts in steps of ten. */
export const processorMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Resident memory of a process in bytes. */
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1_024
