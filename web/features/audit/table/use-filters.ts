import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { AuditSearch } from './filter.ts'

/** Changes the filters where they live: in the address. Empty text takes one away. */
export const useFilters = () => {
  const navigate = useNavigate()
  const choose = useCallback(
    (change: AuditSearch) =>
      void navigate({ to: '/audit', search: (before) => ({ ...before, ...change }), replace: true }),
    [navigate],
  )
  const clear = useCallback(
    () =>
      void navigate({
        to: '/audit',
        search: ({ order }: AuditSearch) => (order === undefined ? {} : { order }),
        replace: true,
      }),
    [navigate],
  )
  return { choose, clear }
}
