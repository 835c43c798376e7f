import { Search } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../i18n/use-t.ts'

/** Searches when it is sent, not with each letter: every search asks gateways. */
export function SearchBox({ query, search }: { query: string; search: (query: string) => void }) {
  const t = useT()
  const [text, setText] = useState(query)
  return (
    <form
      className="flex min-w-0 flex-1 gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        search(text.trim())
      }}
    >
      <input
        type="search"
        className="field min-w-0 flex-1"
        aria-label={t('memory.search')}
        placeholder={t('memory.search')}
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn" aria-label={t('memory.search')}>
        <Search size={15} aria-hidden />
      </button>
    </form>
  )
}
