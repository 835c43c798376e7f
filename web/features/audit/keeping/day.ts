/** A day as its viewer counts days; with `before`, the last one that ends by then. */
export const shortDay = (locale: string, at: string, { before = false } = {}) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(Date.parse(at) - (before ? 1 : 0))
