import { useEffect, useRef } from 'react'
import { newestHeld, undo } from './decisions.ts'
import { isTaken, useSingleKeys } from './keys.ts'

type Acts = {
  move: (steps: number) => void
  allow: () => void
  reject: () => void
  expand: () => void
  openSheet: () => void
}

/** One letter for each act of the inbox, while nothing else wants the key press. */
export const useInboxKeys = (acts: Acts) => {
  const on = useSingleKeys()
  const current = useRef(acts)
  current.current = acts
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTaken(event)) return
      const { move, allow, reject, expand, openSheet } = current.current
      const single: Record<string, () => void> = {
        j: () => move(1),
        k: () => move(-1),
        a: allow,
        r: reject,
        e: expand,
        z: () => {
          const id = newestHeld()
          if (id) undo(id)
        },
      }
      const run = event.key === '?' ? openSheet : on ? single[event.key] : undefined
      if (!run) return
      event.preventDefault()
      run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [on])
}
