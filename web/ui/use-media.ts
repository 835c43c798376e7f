import { useCallback, useSyncExternalStore } from 'react'

/** Whether a media query holds, kept current. */
export const useMedia = (query: string) =>
  useSyncExternalStore(
    useCallback(
      (listener) => {
        const list = matchMedia(query)
        list.addEventListener('change', listener)
        return () => list.removeEventListener('change', listener)
      },
      [query],
    ),
    () => matchMedia(query).matches,
  )

/** A screen too narrow for columns: where Tailwind's `md` begins. */
export const useIsNarrow = () => useMedia('(max-width: 767.98px)')
