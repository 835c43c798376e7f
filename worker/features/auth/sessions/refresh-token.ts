import { digestOf, randomToken } from '../../../platform/secrets.ts'

const form = /^cbr_([0-9a-hjkmnp-tv-z]{26})_([\w-]{43})([\w-]{43})$/

/**
 * `cbr_<session>_<family><current>`: the family part stays while the session lives, the current part works once. Who
 * shows the right family with an old current part holds a token that was used before; who does not know the family
 * guesses, and can harm nobody by it.
 */
export const newRefreshToken = (sessionId: string, family: string = randomToken()) => {
  const current = randomToken()
  return {
    token: `cbr_${sessionId.slice('ses_'.length)}_${family}${current}`,
    familyDigest: digestOf(family),
    tokenDigest: digestOf(family + current),
  }
}

/** What a refresh token says; null when it is not one. */
export const readRefreshToken = (token: string) => {
  const [, session, family, current] = form.exec(token) ?? []
  if (!session || !family || !current) return null
  return {
    sessionId: `ses_${session}`,
    family,
    familyDigest: digestOf(family),
    tokenDigest: digestOf(family + current),
  }
}
