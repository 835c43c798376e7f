import { useRef, useState } from 'react'
import type { RuleDraft } from '../../../worker/features/rules/contract.ts'
import type { ReplayProgress, ReplayResult } from '../../../worker/features/rules/replay/contract.ts'
import { replayRules } from './replay-stream.ts'

type Replay =
  | { state: 'idle' | 'cancelled' }
  | { state: 'running'; progress: ReplayProgress | null }
  | { state: 'done'; result: ReplayResult }
  | { state: 'failed'; error: unknown }

/** One replay at a time: begun, watched, cancelled. It ends with the page that began it. */
export const useReplay = () => {
  const [replay, setReplay] = useState<Replay>({ state: 'idle' })
  const running = useRef<AbortController | null>(null)
  const start = async (range: { from: Date; to: Date; rules?: RuleDraft[] }) => {
    running.current?.abort()
    const mine = new AbortController()
    running.current = mine
    setReplay({ state: 'running', progress: null })
    try {
      const progress = (next: ReplayProgress) => {
        if (running.current === mine) setReplay({ state: 'running', progress: next })
      }
      const result = await replayRules(range, { signal: mine.signal, progress })
      if (running.current === mine) setReplay({ state: 'done', result })
    } catch (error) {
      if (running.current === mine) setReplay(mine.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error })
    }
  }
  return { replay, start, cancel: () => running.current?.abort() }
}
