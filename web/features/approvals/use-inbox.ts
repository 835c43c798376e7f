import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useNow } from '../../use-now.ts'
import { type OwnDecision, useDecisions } from './decisions.ts'
import { groupInbox, isMeant } from './inbox.ts'
import { approvalQuery, mineQuery, openQuery } from './queries.ts'
import { approvalTitle } from './title.ts'

/** How many decisions are followed one by one; older ones stay as they were last seen. */
const followedMax = 20

/** Decided approvals leave the open list when they are confirmed; until then the newest are followed by their ids. */
const useFollowed = (decisions: ReadonlyMap<string, OwnDecision>): ReadonlyMap<string, OwnDecision> => {
  const settled = [...decisions.values()].filter(({ phase }) => phase === 'sent' || phase === 'refused')
  const answers = useQueries({ queries: settled.slice(-followedMax).map(({ approval }) => approvalQuery(approval.id)) })
  const current = new Map(answers.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])))
  return new Map([...decisions].map(([id, own]) => [id, { ...own, approval: current.get(id) ?? own.approval }]))
}

/** Everything the inbox lists, in its order, and the one that is shown. */
export const useInbox = (choice: { all: boolean; typed: string; id: string | undefined }) => {
  const t = useT()
  const now = useNow()
  const mine = useInfiniteQuery(mineQuery)
  const open = useInfiniteQuery(openQuery)
  const followed = useFollowed(useDecisions())
  const list = choice.all ? open : mine
  const opened = open.data?.pages.flatMap((page) => page.items) ?? []
  const ours = mine.data?.pages.flatMap((page) => page.items) ?? []
  // What this person put off is not theirs to decide right now, but it must not be out of reach either.
  const putOff = opened.filter(
    (one) => one.state === 'pending' && one.snoozedUntil !== null && one.refusedToCaller === null,
  )
  const items = choice.all ? opened : [...new Map([...putOff, ...ours].map((one) => [one.id, one])).values()]
  const meant =
    choice.typed.trim() === '' ? items : items.filter((one) => isMeant(one, approvalTitle(t, one), choice.typed))
  const groups = groupInbox(meant, followed, now)
  const flat = groups.flatMap((group) => group.approvals)
  const [first] = flat
  // What stands on the screen stays there: a more urgent request must not slip under a key that is being pressed.
  const [pinned, setPinned] = useState<string>()
  const wanted = choice.id ?? pinned
  const listed = flat.find((one) => one.id === wanted)
  useEffect(() => {
    if (choice.id === undefined && !listed) setPinned(first?.id)
  }, [choice.id, listed, first])
  const linked = useQuery({ ...approvalQuery(choice.id ?? ''), enabled: choice.id !== undefined && !listed })
  const shown: Approval | undefined = listed ?? (choice.id ? linked.data : first)
  return {
    now,
    list,
    groups,
    flat,
    linked,
    followed,
    shown,
    own: shown ? followed.get(shown.id) : undefined,
    counts: {
      mine: mine.data && { count: ours.length, more: mine.hasNextPage },
      all: open.data && {
        count: opened.filter(({ state }) => state === 'pending').length,
        more: open.hasNextPage,
      },
    },
  }
}
