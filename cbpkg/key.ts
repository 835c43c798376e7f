import { type Bytes, fromHex, joined, toHex, uint32 } from './bytes.ts'
import { type PackageHeader, packageLimits } from './contract.ts'
import { type ContentDigest, hmacSha256 } from './digest.ts'
import { expandKey } from './expand.ts'
import { PackageError } from './package-error.ts'
import { scrypt } from './scrypt.ts'

const utf8 = new TextEncoder()
const digestInfo = 'cbpkg@v2+entry-digest'

/** NFC and UTF-8, so that it is the same on every keyboard. Throws for what is no passphrase at all. */
const passphraseBytes = (passphrase: string): Uint8Array => {
  const bytes = utf8.encode(passphrase.normalize('NFC'))
  if (!passphrase.isWellFormed() || bytes.length === 0 || bytes.length > packageLimits.passphraseBytesMax)
    throw new PackageError('wrong_passphrase', 'That is no passphrase.')
  return bytes
}

/** For who writes: at least 12 characters, since whoever has the file may guess for as long as they like. */
const requireStrongPassphrase = (passphrase: string): void => {
  const { passphraseCharsMin: least } = packageLimits
  if (Array.from(passphrase.normalize('NFC').trim()).length < least)
    throw new PackageError('weak_passphrase', `A passphrase needs at least ${least} characters.`)
}

/**
 * 32 bytes by scrypt (RFC 7914). The parameters are those of a parsed header, hence within bounds: at most 128 MiB.
 * `progress` is told how far it is, as a share of 1: where Node makes it, only the end.
 */
export const deriveKey = async (
  passphrase: string,
  { logN, salt }: PackageHeader['kdf'],
  progress?: (share: number) => void,
): Promise<Bytes> => {
  const bytes = passphraseBytes(passphrase)
  return scrypt(bytes, fromHex(salt), logN, progress)
}

const logNDefault = 16
const kdfSaltSize = 32

/** The key of one package that is to be written, made before anything else is: its making takes the most memory of all. */
export interface PackageLock {
  kdf: PackageHeader['kdf']
  key: Bytes
}

/**
 * Makes a key with a salt of its own; good for one package. `logN`: 2^logN rounds and KiB of memory, 16 when not given.
 * Throws a `PackageError` for a weak passphrase and for a `logN` that no reader would take.
 */
export const makeLock = async (
  passphrase: string,
  {
    logN = logNDefault,
    progress,
  }: { logN?: number | undefined; progress?: ((share: number) => void) | undefined } = {},
): Promise<PackageLock> => {
  requireStrongPassphrase(passphrase)
  const { logNMin, logNMax } = packageLimits
  if (!Number.isInteger(logN) || logN < logNMin || logN > logNMax)
    throw new PackageError('bad_header', `logN is a whole number from ${logNMin} to ${logNMax}.`)
  const salt = toHex(crypto.getRandomValues(new Uint8Array(kdfSaltSize)))
  const kdf = { name: 'scrypt', logN, r: 8, p: 1, salt } as const
  return { kdf, key: await deriveKey(passphrase, kdf, progress) }
}

/** Digests of contents, bound to their path and to the package, by a key that only the passphrase gives. */
export const contentDigests = (key: Bytes, id: string): ((path: string) => ContentDigest) => {
  const digestKey = expandKey(key, joined(utf8.encode(digestInfo), Uint8Array.of(0), utf8.encode(id)), 32)
  return (path) => {
    const name = utf8.encode(path)
    const digest = hmacSha256(digestKey)
    digest.update(uint32(name.length))
    digest.update(name)
    return digest
  }
}
