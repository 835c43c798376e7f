/** Waits until `look` answers something that is not false, null or undefined; fails after half a minute. */
export const until = async <T>(look: () => T): Promise<NonNullable<T>> => {
  const deadline = Date.now() + 30_000
  for (;;) {
    const seen = look()
    if (seen !== false && seen !== null && seen !== undefined) return seen
    if (Date.now() > deadline) throw new Error(`never came true: ${look}\n${document.body.textContent}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
