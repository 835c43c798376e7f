import { Failure } from '../output/failure.ts'

const [interrupt, endOfText, backspace, erase] = ['\u0003', '\u0004', '\b', '\u007f']

/** One line from the terminal that is not shown while it is typed. Needs a terminal; Ctrl-C ends the command. */
export const askHidden = (question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { stdin, stderr } = process
    let typed: string[] = []
    const end = (settle: () => void) => {
      stdin.off('data', hear)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      settle()
    }
    const hear = (data: string) => {
      for (const key of data) {
        if (key === interrupt) return end(() => reject(new Failure('Interrupted.')))
        if (key === '\r' || key === '\n' || key === endOfText) return end(() => resolve(typed.join('')))
        if (key === backspace || key === erase) typed = typed.slice(0, -1)
        else if (key >= ' ') typed.push(key)
      }
    }
    stderr.write(question)
    stdin.setEncoding('utf8')
    stdin.setRawMode(true)
    stdin.on('data', hear)
    stdin.resume()
  })
