import { type RefObject, useEffect } from 'react'
import { act } from '../../api.ts'

/** How long a row has to be in sight, or a detail open, before it counts as shown. */
const seenMs = 1_000
const collectMs = 1_500
const listedMax = 200
const openedMax = 50

const told = { listed: new Set<string>(), opened: new Set<string>() }
const waiting = { listed: new Set<string>(), opened: new Set<string>() }
let isPlanned = false

const take = (ids: Set<string>, max: number) => {
  const some = [...ids].slice(0, max)
  for (const id of some) ids.delete(id)
  return some
}

const tell = async () => {
  isPlanned = false
  const body = { listed: take(waiting.listed, listedMax), opened: take(waiting.opened, openedMax) }
  try {
    await act('/approvals/shown', { method: 'POST', body })
  } catch {
    // It is said again when the row is seen again; nobody is kept from deciding by it.
    for (const id of body.listed) told.listed.delete(id)
    for (const id of body.opened) told.opened.delete(id)
  }
  if (waiting.listed.size + waiting.opened.size > 0) plan()
}

const plan = () => {
  if (isPlanned) return
  isPlanned = true
  setTimeout(() => void tell(), collectMs)
}

const note = (kind: 'listed' | 'opened', id: string) => {
  if (told[kind].has(id) || document.visibilityState === 'hidden') return
  told[kind].add(id)
  waiting[kind].add(id)
  plan()
}

/** Those whose whole detail this window has shown: a batch decides what is critical only among these. */
export const openedHere = (): ReadonlySet<string> => told.opened

/** Says which rows of a list a person has had in sight; rows carry `data-shown` with the approval's id. */
export const useRowsShown = (list: RefObject<HTMLElement | null>, ids: readonly string[]) => {
  const names = ids.join(' ')
  useEffect(() => {
    if (!list.current || names === '') return
    const clocks = new Map<Element, ReturnType<typeof setTimeout>>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          clearTimeout(clocks.get(target))
          const id = target.getAttribute('data-shown')
          if (isIntersecting && id)
            clocks.set(
              target,
              setTimeout(() => note('listed', id), seenMs),
            )
        }
      },
      { root: list.current, threshold: 0.6 },
    )
    for (const row of list.current.querySelectorAll('[data-shown]')) observer.observe(row)
    return () => {
      observer.disconnect()
      for (const clock of clocks.values()) clearTimeout(clock)
    }
  }, [list, names])
}

/** Says that a detail is open, once it has been for a moment: stepping past it is not reading it. */
export const useDetailOpened = (id: string | undefined, isPending: boolean) => {
  useEffect(() => {
    if (!id || !isPending) return
    const clock = setTimeout(() => note('opened', id), seenMs)
    return () => clearTimeout(clock)
  }, [id, isPending])
}
