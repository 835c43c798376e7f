import type { Finding } from './contract.ts'

/** A finding with nothing in it that was not given. */
export const finding = (
  code: Finding['code'],
  severity: Finding['severity'],
  paths: readonly (string | null)[],
  more: { params?: Finding['params']; tools?: readonly string[] } = {},
): Finding => ({
  code,
  severity,
  paths: [...new Set(paths.filter((path) => path !== null))],
  params: more.params ?? {},
  tools: [...new Set(more.tools ?? [])].sort(),
})
