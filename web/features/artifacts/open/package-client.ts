import { faultOf } from './fault-of.ts'
import { Answer, type Fault, type Question } from './messages.ts'

/** Why a question was refused. */
export class Refusal extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault)
    this.fault = fault
  }
}

export const faultOfRefusal = (error: unknown): Fault => (error instanceof Refusal ? error.fault : faultOf(error))

type Asked = Question extends infer One ? (One extends Question ? Omit<One, 'id'> : never) : never
type Ended = Exclude<Answer, { kind: 'progress' | 'refused' }>
interface Waiting {
  progress: ((share: number) => void) | undefined
  resolve: (answer: Ended) => void
  reject: (error: unknown) => void
}

/** The worker that holds a package open; its end is `close`, which forgets the keys. Rejects with a `Refusal`. */
export const startPackageClient = () => {
  const worker = new Worker(new URL('./package-worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, Waiting>()
  let last = 0
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const answer = Answer.parse(data)
    const one = waiting.get(answer.id)
    if (answer.kind === 'progress') return one?.progress?.(answer.share)
    waiting.delete(answer.id)
    if (answer.kind === 'refused') one?.reject(new Refusal(answer.fault))
    else one?.resolve(answer)
  })
  // A script that does not load, or a mistake of ours: whoever waits must not wait for ever.
  worker.addEventListener('error', (event) => {
    console.error(event.message)
    for (const { reject } of waiting.values()) reject(new Refusal('unexpected'))
    waiting.clear()
  })
  const ask = (question: Asked, progress?: (share: number) => void): Promise<Ended> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { progress, resolve, reject })
      worker.postMessage({ ...question, id: last })
    })
  return { ask, close: () => worker.terminate() }
}
export type PackageClient = ReturnType<typeof startPackageClient>
