import { act } from 'react'
import { vi } from 'vitest'

/** Does something and lets React finish what follows from it at once; elsewhere React works as in a browser. */
export const acting = async (work: () => unknown) => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  try {
    await act(async () => {
      await work()
    })
  } finally {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false)
  }
}
