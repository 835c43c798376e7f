import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { ConditionCheck } from '../../../worker/features/rules/condition/contract.ts'
import {
  ImportedRules,
  type RuleDraft,
  RuleSet,
  RuleSetVersion,
  type RulesFile,
  SavedRules,
  StarterSet,
} from '../../../worker/features/rules/contract.ts'
import { TestedRules, type TestRules } from '../../../worker/features/rules/replay/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { problemOf, queryString, request, sendWithSession } from '../../api.ts'

export const ruleSetQuery = queryOptions({
  queryKey: ['rules', 'current'],
  queryFn: () => request(RuleSet, '/approvals/rules'),
})

export const ruleVersionsQuery = infiniteQueryOptions({
  queryKey: ['rules', 'versions'],
  queryFn: ({ pageParam }) =>
    request(Page(RuleSetVersion), `/approvals/rules/versions${queryString({ limit: 50, cursor: pageParam })}`),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
})

/** A version never changes. */
export const ruleVersionQuery = (version: number) =>
  queryOptions({
    queryKey: ['rules', 'version', version],
    queryFn: () => request(RuleSet, `/approvals/rules/versions/${version}`),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const startersQuery = queryOptions({
  queryKey: ['rules', 'starters'],
  queryFn: () => request(z.object({ items: z.array(StarterSet) }), '/approvals/rules/starters'),
  staleTime: Number.POSITIVE_INFINITY,
})

export const conditionCheckQuery = (condition: string) =>
  queryOptions({
    queryKey: ['rules', 'check', condition],
    queryFn: ({ signal }) =>
      request(ConditionCheck, '/approvals/rules/check', { method: 'POST', body: { condition }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const recentApprovalsQuery = queryOptions({
  queryKey: ['approvals', 'recent'],
  queryFn: () => request(Page(Approval), `/approvals${queryString({ limit: 50 })}`),
})

export const testRules = (test: z.input<typeof TestRules>, signal?: AbortSignal) =>
  request(TestedRules, '/approvals/rules/test', { method: 'POST', body: test, ...(signal ? { signal } : {}) })

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` })

/** Replaces the whole list; rejects as `precondition_failed` when it is no longer at this version. */
export const saveRules = (version: number, rules: RuleDraft[], note: string) =>
  request(SavedRules, '/approvals/rules', { method: 'PUT', body: { rules, note }, headers: ifMatch(version) })

/** The file as the server writes it, letter by letter: what is kept in git is compared by its lines. */
export const exportRules = async (): Promise<string> => {
  const answer = await sendWithSession('/approvals/rules/export')
  if (!answer.ok) throw await problemOf(answer)
  return answer.text()
}

export const importRules = (version: number, file: RulesFile, how: { dryRun: boolean; note: string }) =>
  request(ImportedRules, '/approvals/rules/import', {
    method: 'POST',
    body: { file, ...how },
    headers: ifMatch(version),
  })
