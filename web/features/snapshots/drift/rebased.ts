/** What I put in and took out since `base`, upon what others made of it meanwhile. */
export const rebased = (base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] => {
  const kept = theirs.filter((pattern) => mine.includes(pattern) || !base.includes(pattern))
  const added = mine.filter((pattern) => !base.includes(pattern) && !theirs.includes(pattern))
  return [...kept, ...added]
}
