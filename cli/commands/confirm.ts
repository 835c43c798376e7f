import { createInterface } from 'node:readline/promises'
import { Failure, usage } from '../output/failure.ts'

/** Asks on the terminal; without one `--yes` has to be given. Anything but yes ends the command. */
export async function agreed(question: string, yes: boolean): Promise<void> {
  if (yes) return
  const answer = await answerOf(`${question} (y/N) `, '--yes')
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('Nothing was changed.')
}

/** One line that a person types; without a terminal a usage error that names the option which says it instead. */
export async function answerOf(question: string, option: string): Promise<string> {
  if (!process.stdin.isTTY) throw usage(`There is no terminal to ask at: give ${option}.`)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await lines.question(question)
  lines.close()
  return answer
}
