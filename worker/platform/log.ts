/** One JSON line for each request, socket batch and alarm; never the environment, headers or bodies. */
export const log = (event: string, facts: Record<string, string | number | boolean | null | undefined>) => {
  console.log(JSON.stringify({ event, ...facts }))
}

/** For what should not have happened: the whole error goes to the log and only there. */
export const logFault = (event: string, error: unknown, facts: Record<string, string | number | null> = {}) => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  console.error(JSON.stringify({ event, ...facts, message, stack }))
}
