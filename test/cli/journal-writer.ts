import { Journal } from '../../cli/journal/journal.ts'

/** Appends without end and says after each batch how many events were promised: to be killed in the middle of it. */
const journal = await Journal.open(process.argv[2] ?? '', {
  bytesMax: 1024 * 1024 * 1024,
  onFull: () => process.exit(1),
  onRoom: () => undefined,
})
for (let n = 1; ; n += 10) {
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      journal.append({
        type: 'run.started',
        key: `run.started:${n + index}`,
        at: new Date().toISOString(),
        payload: { agent: 'main', sessionKey: '', runId: String(n + index) },
      }),
    ),
  )
  process.stdout.write(`${n + 9}\n`)
}
