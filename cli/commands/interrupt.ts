/** A signal that Ctrl-C sets; the command then ends in order, and with success: it did what it was asked. */
export function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  // A reader that has gone away (| head) ends the watch too.
  process.stdout.once('error', () => stop.abort())
  return stop.signal
}
