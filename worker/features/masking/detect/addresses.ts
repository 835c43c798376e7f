import ipaddr from 'ipaddr.js'
import { behindNone } from './edge.ts'
import type { Report } from './finding.ts'

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
/** Not a version: nothing that belongs to a name or a number stands around it. */
const four = new RegExp(`${behindNone('[\\w.-]|[^/:]/')}(?:${octet}\\.){3}${octet}(?![\\w]|\\.\\d|-\\w)`, 'g')
const six =
  /(?<![\w:.])(?=[0-9a-f:]{2,45}(?:\.|%|\b|::))[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])/gi
const versionBefore = /(?:\bversions?|\bver\.?|\brelease|\bbuild|版本号?|\bv)[\s:=：]{0,3}$/i
const privateRanges = new Set([
  'private',
  'loopback',
  'linkLocal',
  'uniqueLocal',
  'unspecified',
  'carrierGradeNat',
  'broadcast',
  'multicast',
])

/** IPv4 addresses, those of private networks under a class of their own. */
export const findFours = (text: string, report: Report): void => {
  four.lastIndex = 0
  for (let match = four.exec(text); match; match = four.exec(text)) {
    const before = text.slice(Math.max(0, match.index - 16), match.index)
    if (!versionBefore.test(before)) tell(report, match.index, match[0])
  }
}

/** The same of IPv6. */
export const findSixes = (text: string, report: Report): void => {
  six.lastIndex = 0
  for (let match = six.exec(text); match; match = six.exec(text))
    if (isSix(match[0])) tell(report, match.index, match[0])
}

const tell = (report: Report, start: number, text: string): void => {
  if (!ipaddr.isValid(text)) return
  const address = ipaddr.process(text)
  const name = privateRanges.has(address.range()) ? 'private-ip' : 'ip'
  report({ start, end: start + text.length, class: name, kind: 'personal', value: address.toString() })
}

/** Times, MAC addresses, fingerprints and `module::name` have colons too. */
const isSix = (text: string): boolean => {
  if (!/\d/.test(text) || (/^\d{1,2}(?::\d{2}){1,2}/.test(text) && !text.includes('::'))) return false
  const groups = text.split(':')
  if (groups.length === 8 && groups.every((group) => group.length === 2)) return false
  return text === '::1' || groups.length >= 4 || /^(?:2[0-9a-f]{3}|3[0-9a-f]{3}|f[cde][0-9a-f]{2}):/i.test(text)
}
