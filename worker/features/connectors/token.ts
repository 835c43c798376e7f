import { digestOf, randomToken } from '../../platform/secrets.ts'

/** `cbc_<the connector's id without prefix>_<secret>`: names its connector, so that one lookup finds it. */
export const newConnectorToken = (connectorId: string) => {
  const token = `cbc_${connectorId.slice('con_'.length)}_${randomToken()}`
  return { token, tokenDigest: digestOf(token), tokenHint: `cbc_…${token.slice(-4)}` }
}

/** The connector that a token claims to be of; undefined for what has not the form of a token. */
export const connectorIdOf = (token: string): string | undefined => {
  const match = /^cbc_([0-9a-hjkmnp-tv-z]{26})_[\w-]{43}$/.exec(token)
  return match?.[1] === undefined ? undefined : `con_${match[1]}`
}
