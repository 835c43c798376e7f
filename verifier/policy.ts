/** What was insisted on the last time, kept where no server gets at it. */
interface Policy {
  /** Verifier keys, one on each line. */
  keys: string
  /** As it was written; empty: every witness that is given. */
  quorum: string
}

const place = 'clawbutler.verifier'
const nothing: Policy = { keys: '', quorum: '' }

/** Nothing in a browser that keeps nothing, as some do for a page that was opened from a file. */
export const keptPolicy = (): Policy => {
  try {
    const [quorum = '', ...keys] = (localStorage.getItem(place) ?? '').split('\n')
    return { keys: keys.join('\n'), quorum }
  } catch {
    return nothing
  }
}

export const keepPolicy = ({ keys, quorum }: Policy): void => {
  try {
    localStorage.setItem(place, `${quorum}\n${keys}`)
  } catch {
    // Then they are given again the next time.
  }
}
