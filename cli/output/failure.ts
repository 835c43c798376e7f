/**
 * What every command exits with. 4: somebody was faster, or it is not what was shown any more. 5: it expired. 6: you may
 * not. 7: what was asked for was refused.
 */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notSignedIn: 3,
  lostRace: 4,
  expired: 5,
  notAllowed: 6,
  refused: 7,
} as const

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
