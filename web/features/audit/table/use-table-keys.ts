import { useEffect, useRef } from 'react'
import { isTaken, useSingleKeys } from '../../approvals/keys.ts'

type Acts = { move: (steps: number) => void; focusKeyword: () => void }

/** J and K or the arrows move, Enter opens what the focus is on, / goes to the words that are searched for. */
export const useTableKeys = (acts: Acts) => {
  const on = useSingleKeys()
  const current = useRef(acts)
  current.current = acts
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTaken(event)) return
      const now = current.current
      const always: Record<string, () => void> = {
        ArrowDown: () => now.move(1),
        ArrowUp: () => now.move(-1),
        PageDown: () => now.move(20),
        PageUp: () => now.move(-20),
      }
      const single: Record<string, () => void> = {
        j: () => now.move(1),
        k: () => now.move(-1),
        '/': now.focusKeyword,
      }
      const run = always[event.key] ?? (on ? single[event.key] : undefined)
      if (!run) return
      event.preventDefault()
      run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [on])
}
