import { useLocale } from 'use-intl'
import { KnownFile } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { bytes } from '../../artifacts/bytes.ts'
import { Value } from './value.tsx'

/** One side of a file: its text, or why there is none with its size and digest. */
export function FileValue({ value }: { value: unknown }) {
  const t = useT()
  const locale = useLocale()
  const { data: file } = KnownFile.safeParse(value)
  if (!file) return <Value value={value} />
  return (
    <span>
      {t(`snapshots.file.${file.reason}`)}
      {file.sizeBytes === null ? null : (
        <span className="tnum">
          <span aria-hidden> · </span>
          {bytes(locale, file.sizeBytes)}
        </span>
      )}
      {file.hash === null ? null : (
        <>
          <span aria-hidden> · </span>
          <code className="font-mono text-2xs break-all">{t('snapshots.file.digest', { hash: file.hash })}</code>
        </>
      )}
    </span>
  )
}
