const two = (part: number) => String(part).padStart(2, '0')

/** A moment as a field for date and time wants it: in the viewer's own time zone, to the second. */
export const localMoment = (at: string): string => {
  const date = new Date(at)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** The moment that such a field means; null while it is not filled. */
export const momentOf = (text: string): string | null => {
  const moment = Date.parse(text)
  return Number.isNaN(moment) ? null : new Date(moment).toISOString()
}
