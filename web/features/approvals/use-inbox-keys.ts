import { useEffect, useRef } from 'react'
import { newestHeld, undo } from './decisions.ts'
import { isTaken, useSingleKeys } from './keys.ts'

/** What a list offers; a key without an act is left to whoever else wants it. */
export type InboxActs = Partial<{
  /** `extend`: what is passed is selected as well. */
  move: (steps: number, extend: boolean) => void
  select: () => void
  allow: () => void
  allowAlways: () => void
  reject: () => void
  expand: () => void
  snooze: () => void
  comment: () => void
  handOver: () => void
  filter: () => void
  leave: () => void
  openSheet: () => void
}>

const undoNewest = () => {
  const held = newestHeld()
  if (held) undo(held)
}

/** One letter for each act of the inbox, while nothing else wants the key press. */
export const useInboxKeys = (acts: InboxActs) => {
  const on = useSingleKeys()
  const current = useRef(acts)
  current.current = acts
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTaken(event)) return
      const now = current.current
      const always: Record<string, (() => void) | undefined> = { '?': now.openSheet, Escape: now.leave }
      const single: Record<string, (() => void) | undefined> = {
        j: () => now.move?.(1, false),
        k: () => now.move?.(-1, false),
        J: () => now.move?.(1, true),
        K: () => now.move?.(-1, true),
        x: now.select,
        a: now.allow,
        A: now.allowAlways,
        r: now.reject,
        e: now.expand,
        s: now.snooze,
        c: now.comment,
        h: now.handOver,
        z: undoNewest,
        '/': now.filter,
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
