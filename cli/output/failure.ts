/** 0 ok, 1 failure, 2 usage, 3 not signed in: what every command exits with. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, notSignedIn: 3 } as const

/** A reason to end the command that the person at the terminal can act on. */
export class Failure extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode: number = exitCodes.failure) {
    super(message)
    this.exitCode = exitCode
  }
}

export const usage = (message: string) => new Failure(message, exitCodes.usage)
export const notSignedIn = (message: string) => new Failure(message, exitCodes.notSignedIn)
