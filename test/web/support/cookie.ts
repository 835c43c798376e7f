/** The cookie by which the browser knows of a session; null ends it. */
export const csrfCookie = (value: string | null) =>
  Reflect.set(document, 'cookie', value === null ? 'cb_csrf=; max-age=0' : `cb_csrf=${value}`)
