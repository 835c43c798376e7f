/** The lines of a file, without having all of it in memory. */
export const linesOf = async function* (file: Blob): AsyncGenerator<string> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    // Leaves the screen time to tell how far it is.
    await new Promise((resolve) => setTimeout(resolve))
  }
  yield rest
}
