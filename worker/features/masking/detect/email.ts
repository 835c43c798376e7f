import type { Report } from './finding.ts'

const address =
  /(?:(?<![\w.+%'-])|(?<=%[0-9A-F]{2}))[\w+][\w.+'-]{0,63}(?:@|%40)((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8})([A-Za-z]{2,24}|xn--[a-z0-9-]{2,59})(?![\w@-])/gi

/** What stands behind the last dot of names that only look like addresses: files, units of systemd. */
const notDomains =
  /^(?:service|socket|timer|target|slice|mount|scope|png|jpe?g|gif|svg|webp|avif|ico|js|mjs|cjs|ts|mts|jsx|tsx|css|json|html?|yaml|yml|toml|lock|txt|log|local|internal)$/i
const version = /^v?\d{1,4}\.\d/
/** A remote shell, or something else whose `user@host` is a place and no mailbox. */
const remote =
  /(?:\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id|autossh|sshfs|ping)\b[^|;&\n]{0,200}|:\/\/[^\s/?#"'<>]{0,200})$/
const lookBack = 240

/** Addresses of e-mail. What logs in to a machine, and credentials in a URL, are none. */
export const findEmails = (text: string, report: Report): void => {
  for (const match of text.matchAll(address)) {
    const [whole, domain = '', top = ''] = match
    const { index } = match
    if (notDomains.test(top) || version.test(domain)) continue
    const next = text.charAt(index + whole.length)
    // `git@host.example:path` is a place to clone from.
    if (
      next === ':' &&
      /^:[\w~/.]/.test(text.slice(index + whole.length, index + whole.length + 2)) &&
      !/\d/.test(text.charAt(index + whole.length + 1))
    )
      continue
    if (remote.test(text.slice(Math.max(0, index - lookBack), index))) continue
    const value = whole.replace(/%40/i, '@').toLowerCase()
    report({ start: index, end: index + whole.length, class: 'email', kind: 'personal', value })
  }
}
