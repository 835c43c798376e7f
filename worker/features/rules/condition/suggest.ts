/** The known name that is nearest to what was written, if any is near enough to be meant. */
export const nearest = (written: string, known: Iterable<string>): string | null => {
  let best: { name: string; distance: number } | null = null
  for (const name of known) {
    const distance = distanceOf(written.toLowerCase(), name.toLowerCase())
    if (best === null || distance < best.distance) best = { name, distance }
  }
  return best !== null && best.distance <= Math.max(1, Math.floor(written.length / 3)) ? best.name : null
}

/** How many letters have to be added, dropped, changed or swapped with their neighbour. */
const distanceOf = (a: string, b: string): number => {
  let [before, above] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      row.push(least)
    }
    ;[before, above] = [above, row]
  }
  return above[b.length] ?? 0
}
