import { useEffect, useRef } from 'react'
import { toast } from '../../ui/toast.tsx'
import type { OwnDecision } from './decisions.ts'
import { useRefusalText } from './refusal-text.ts'

/** Says at once when a decision did not stand: the inbox has moved on to the next by then. */
export const useLostRaces = (decisions: ReadonlyMap<string, OwnDecision>) => {
  const words = useRefusalText()
  const told = useRef(new Set<string>())
  useEffect(() => {
    const alone = new Map<string, number>()
    for (const { together } of decisions.values()) alone.set(together, (alone.get(together) ?? 0) + 1)
    for (const { phase, error, together } of decisions.values()) {
      // A batch tells of each of its own below the list.
      if (phase !== 'refused' || !error || told.current.has(together) || alone.get(together) !== 1) continue
      told.current.add(together)
      toast({ text: words(error), tone: 'bad', lastsMs: 8_000 })
    }
  }, [decisions, words])
}
