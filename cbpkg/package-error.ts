/** Why a package is refused. The last two are told to who writes one. */
export const packageErrorKinds = [
  'not_a_package',
  'future_version',
  'bad_header',
  'too_large',
  'wrong_passphrase',
  'damaged',
  'truncated',
  'bad_manifest',
  'bad_path',
  'changed',
  'weak_passphrase',
] as const
export type PackageErrorKind = (typeof packageErrorKinds)[number]

/** A package that must not be used, or cannot be written; the sentence holds nothing of what is inside. */
export class PackageError extends Error {
  readonly kind: PackageErrorKind
  constructor(kind: PackageErrorKind, sentence: string) {
    super(sentence)
    this.name = 'PackageError'
    this.kind = kind
  }
}
