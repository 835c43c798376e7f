import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { conditionCheckQuery } from './queries.ts'

const pauseMs = 250

/** What the server says of a condition, a moment after the last key. Null until it has said something. */
export const useConditionCheck = (condition: string) => {
  const [settled, setSettled] = useState(condition)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(condition), pauseMs)
    return () => clearTimeout(timer)
  }, [condition])
  const isEmpty = settled.trim() === ''
  const found = useQuery({ ...conditionCheckQuery(settled), enabled: !isEmpty, placeholderData: keepPreviousData })
  const isCurrent = settled === condition && !found.isPlaceholderData
  return {
    check: isEmpty ? null : (found.data ?? null),
    /** False while what is shown is about an earlier text. */
    isCurrent: isCurrent && !found.isFetching,
    error: found.error,
  }
}
