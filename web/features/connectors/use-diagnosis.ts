import { useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { Diagnostics } from '../../../worker/features/connectors/contract.ts'
import { DiagnosticStep } from '../../../worker/features/connectors/link/diagnosis/contract.ts'
import { ApiError } from '../../api-error.ts'
import { postForEvents } from '../../event-stream.ts'

const Told = z.discriminatedUnion('event', [
  z.object({ event: z.literal('step'), data: DiagnosticStep }),
  z.object({ event: z.literal('result'), data: Diagnostics }),
])

type Diagnosis =
  | { state: 'before' }
  | { state: 'running'; since: number; steps: DiagnosticStep[] }
  | { state: 'done'; answer: Diagnostics }
  | { state: 'failed'; error: unknown; steps: DiagnosticStep[] }

/** The diagnostics of one connector, shown step by step as they run. They end with the page that began them. */
export const useDiagnosis = (connectorId: string) => {
  const [diagnosis, setDiagnosis] = useState<Diagnosis>({ state: 'before' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const run = async () => {
    running.current?.abort()
    const mine = new AbortController()
    running.current = mine
    const since = Date.now()
    let steps: DiagnosticStep[] = []
    const show = (next: Diagnosis) => {
      if (running.current === mine && !mine.signal.aborted) setDiagnosis(next)
    }
    show({ state: 'running', since, steps })
    try {
      for await (const event of postForEvents(`/connectors/${connectorId}/diagnostics/stream`, {}, mine.signal)) {
        const told = Told.safeParse(event)
        if (!told.success) throw new ApiError({ code: 'unreadable', detail: told.error.message })
        if (told.data.event === 'result') return show({ state: 'done', answer: told.data.data })
        steps = [...steps, told.data.data]
        show({ state: 'running', since, steps })
      }
      throw new ApiError({ code: 'network', detail: 'The stream ended before the result.' })
    } catch (error) {
      show({ state: 'failed', error, steps })
    }
  }
  return { diagnosis, run }
}
