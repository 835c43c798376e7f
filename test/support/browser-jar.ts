/** As much of a browser as a sign-in needs: keeps cookies of each origin and shows where a redirect leads. */
export const aBrowser = () => {
  const jars = new Map<string, Map<string, string>>()

  const visit = async (url: string, init: RequestInit = {}) => {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie && { cookie }), ...(init.headers as Record<string, string> | undefined) }
    const answer = await fetch(url, { ...init, redirect: 'manual', headers })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      if (value === '' || /Max-Age=0/.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return { answer, location: answer.headers.get('location') ?? '' }
  }
  const cookie = (origin: string, name: string) => jars.get(origin)?.get(name) ?? ''
  return { visit, cookie }
}
