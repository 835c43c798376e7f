/** Why a condition, or a part of one, has no value for a request. A value like others, for in CEL it may not count. */
export class Fault {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}
