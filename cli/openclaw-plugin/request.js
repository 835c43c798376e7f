import { createHash } from 'node:crypto'

const argumentsBytesMax = 64 * 1024
// The gateway takes 80 and 512, counted after it has made control characters visible.
const titleMax = 60
const previewMax = 260

/** JSON with sorted keys and nothing else that could be written in two ways. */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined && typeof value[key] !== 'function')
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)
  return `{${members.join(',')}}`
}

const shown = (text, length) => {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�')
  return plain.length > length ? `${plain.slice(0, length - 1).toWellFormed()}…` : plain
}

/**
 * A tool call as the gateway's approval shows it and as the connector asks for it. The text holds the digest of the
 * arguments: whoever sees the same text sees the same call. What is too large to be shown whole has no arguments.
 */
export function requestOf(tool, params) {
  const canonical = canonicalJson(params ?? {})
  const digest = createHash('sha256').update(`${tool}\n${canonical}`).digest('hex')
  const isWhole = Buffer.byteLength(canonical) <= argumentsBytesMax && canonical.isWellFormed()
  return {
    title: shown(tool, titleMax),
    description: `${shown(canonical, previewMax)}\nDigest of the call: ${digest.match(/.{8}/g).join(' ')}`,
    call: { tool, digest, arguments: isWhole ? JSON.parse(canonical) : null },
  }
}
