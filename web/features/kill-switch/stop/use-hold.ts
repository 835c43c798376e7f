import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'

/** Long enough that nobody does it by mistake, short enough that nobody gives up. */
export const holdMs = 1_500

const isPress = (key: string) => key === ' ' || key === 'Enter'

/**
 * A button that acts once it was held down, by pointer or key, for `holdMs`; letting go, leaving it, or looking elsewhere
 * ends the hold. `onTap` is a press that was no hold, as assistive technology presses.
 */
export const useHold = (options: { isReady: boolean; onHeld: () => void; onTap: () => void }) => {
  const [isHeld, setHeld] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  /** A click that follows a pointer or a key is the end of a hold, not a press of its own. */
  const wasPressed = useRef(false)
  const newest = useRef(options)
  newest.current = options

  const release = () => {
    clearTimeout(timer.current)
    timer.current = undefined
    setHeld(false)
  }
  const hold = () => {
    wasPressed.current = true
    if (!newest.current.isReady || timer.current !== undefined) return
    setHeld(true)
    timer.current = setTimeout(() => {
      release()
      if (newest.current.isReady) newest.current.onHeld()
    }, holdMs)
  }
  // Whoever closes the dialog or leaves the page in the middle of it has let go.
  useEffect(() => () => clearTimeout(timer.current), [])

  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) hold()
    },
    onPointerUp: release,
    onPointerLeave: release,
    onPointerCancel: release,
    onBlur: release,
    onContextMenu: (event: { preventDefault: () => void }) => event.preventDefault(),
    onKeyDown: (event: KeyboardEvent) => {
      if (!isPress(event.key)) {
        if (event.key === 'Escape' && timer.current !== undefined) {
          event.stopPropagation()
          release()
        }
        return
      }
      event.preventDefault()
      if (!event.repeat) hold()
    },
    onKeyUp: (event: KeyboardEvent) => {
      if (isPress(event.key)) release()
    },
    onClick: () => {
      if (!wasPressed.current) newest.current.onTap()
      wasPressed.current = false
    },
  }
  return { isHeld, handlers }
}
