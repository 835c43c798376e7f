import { useMutation } from '@tanstack/react-query'
import { Download, FileBraces, FileSpreadsheet, ShieldCheck } from 'lucide-react'
import type { SearchFilter } from '../../../worker/features/audit/contract.ts'
import { act, queryString } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Menu, MenuDivider, MenuGroup, MenuItem } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'

const kinds = [
  { format: 'csv', icon: FileSpreadsheet },
  { format: 'jsonl', icon: FileBraces },
  { format: 'ocsf', icon: FileBraces },
] as const

/** Downloads what the filter finds in one of the formats, or the whole log with what proves it. */
export function ExportMenu({ filter }: { filter: SearchFilter }) {
  const t = useT()
  const problemText = useProblemText()
  const download = useMutation({
    mutationFn: async (path: string) => {
      // A download cannot renew the session, and its refusal would be saved as the file: so it is renewed before.
      await act('/audit/log', {})
      const link = document.createElement('a')
      link.href = `/api/v1${path}`
      link.download = ''
      link.click()
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  return (
    <Menu
      className="btn"
      align="end"
      trigger={
        <>
          <Download size={15} aria-hidden />
          {t('audit.export')}
        </>
      }
    >
      <MenuGroup label={t('audit.exports.found')}>
        {kinds.map(({ format, icon: Icon }) => (
          <MenuItem
            key={format}
            icon={<Icon size={15} aria-hidden />}
            onClick={() => download.mutate(`/audit/events/export${queryString({ ...filter, format })}`)}
          >
            {t(`audit.exports.${format}`)}
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuDivider />
      <MenuItem icon={<ShieldCheck size={15} aria-hidden />} onClick={() => download.mutate('/audit/export')}>
        {t('audit.exports.proof')}
      </MenuItem>
    </Menu>
  )
}
