import { type RefObject, useEffect, useState } from 'react'

/** Where nothing can be measured, as before the first layout. */
const heightUnmeasured = 800

/**
 * Which rows of equal height a scrolling element shows, and some on either side, so that a list of any length costs as
 * much as a screenful. It is told again only when another row comes in. `top` is the height above the first row.
 */
export const useWindow = (
  scroller: RefObject<HTMLElement | null>,
  { count, rowHeight, overscan = 10 }: { count: number; rowHeight: number; overscan?: number },
) => {
  const [seen, setSeen] = useState({ from: 0, to: Math.ceil(heightUnmeasured / rowHeight) })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    let frame = 0
    const look = () => {
      frame = 0
      const height = element.clientHeight || heightUnmeasured
      const from = Math.floor(element.scrollTop / rowHeight)
      const to = Math.ceil((element.scrollTop + height) / rowHeight)
      setSeen((before) => (before.from === from && before.to === to ? before : { from, to }))
    }
    const onScroll = () => {
      frame ||= requestAnimationFrame(look)
    }
    look()
    element.addEventListener('scroll', onScroll, { passive: true })
    const sizes = new ResizeObserver(onScroll)
    sizes.observe(element)
    return () => {
      cancelAnimationFrame(frame)
      element.removeEventListener('scroll', onScroll)
      sizes.disconnect()
    }
  }, [scroller, rowHeight])
  const first = Math.max(0, Math.min(seen.from, count) - overscan)
  const end = Math.min(count, seen.to + overscan)
  return { first, end, top: first * rowHeight, height: count * rowHeight }
}
