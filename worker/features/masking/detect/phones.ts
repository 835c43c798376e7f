import { behindNone } from './edge.ts'
import type { Report } from './finding.ts'

/** Country calling codes of ITU-T E.164, each with how many digits follow it. */
const callingCodes = new Map<string, readonly [number, number]>([
  ['1', [10, 10]],
  ['7', [10, 10]],
  ...(
    [
      ['20', 8, 10],
      ['27', 9, 9],
      ['30', 10, 10],
      ['31', 9, 9],
      ['32', 8, 9],
      ['33', 9, 9],
      ['34', 9, 9],
      ['36', 8, 9],
      ['39', 8, 11],
      ['40', 9, 9],
      ['41', 9, 9],
      ['43', 7, 13],
      ['44', 9, 10],
      ['45', 8, 8],
      ['46', 7, 10],
      ['47', 8, 8],
      ['48', 9, 9],
      ['49', 7, 12],
      ['51', 8, 9],
      ['52', 10, 11],
      ['53', 8, 8],
      ['54', 10, 11],
      ['55', 10, 11],
      ['56', 9, 9],
      ['57', 10, 10],
      ['58', 10, 10],
      ['60', 8, 10],
      ['61', 9, 9],
      ['62', 8, 12],
      ['63', 8, 10],
      ['64', 8, 10],
      ['65', 8, 8],
      ['66', 8, 9],
      ['81', 9, 10],
      ['82', 8, 10],
      ['84', 9, 10],
      ['86', 10, 11],
      ['90', 10, 10],
      ['91', 10, 10],
      ['92', 9, 10],
      ['93', 9, 9],
      ['94', 9, 9],
      ['95', 7, 10],
      ['98', 10, 10],
    ] as const
  ).map(([code, least, most]) => [code, [least, most]] as const),
])
/** Codes of three digits: 21x, 22x … 99x. */
const threeDigits = /^(?:2[1-689]|35|37|38|42|50|59|67|68|69|80|85|87|88|96|97|99)\d/

const isInternational = (digits: string): boolean => {
  for (const length of [1, 2]) {
    const bounds = callingCodes.get(digits.slice(0, length))
    const rest = digits.length - length
    if (bounds) return rest >= bounds[0] && rest <= bounds[1]
  }
  return threeDigits.test(digits) && digits.length >= 10 && digits.length <= 13
}

interface Form {
  pattern: RegExp
  /** The number in E.164 without its plus; null when it is none after all. */
  normal: (digits: string, whole: string) => string | null
}
const begin = behindNone('[\\w.+#-]')
/** A mobile's number is long enough to be known within a name, too: `user_13800138000.csv`. */
const beginInName = behindNone('[A-Za-z0-9.+#-]')
const measures = '[-.]\\d|:\\d|\\s?(?:bytes?|octets|ms|ns|us|µs|字节|毫秒|微秒|条|次|行|个)'
const form = (source: string, normal: Form['normal'], isInName = false): Form => ({
  pattern: new RegExp(
    `${isInName ? beginInName : begin}(?:${source})(?!${isInName ? '[A-Za-z0-9]' : '\\w'}|${measures})`,
    'g',
  ),
  normal,
})

const forms: readonly Form[] = [
  // +86 138 0013 8000, +49 (0)30 123456, 0086-138…, %2B86…
  {
    pattern: /(?<![\w.])(?:\+|%2B|(?<!\+)00)(?=[1-9])\d(?:(?: ?\(0\) ?|[ ().-]{0,2})\d){6,14}(?![\d])/gi,
    normal: (digits, whole) => {
      const bare = digits.replace(/^2(?=\d{8})/, (two) => (/^%2B/i.test(whole) ? '' : two))
      const international = whole.startsWith('00') ? bare.slice(2) : bare
      const code = whole.includes('(0)') ? international.replace(/^(\d{2})0/, '$1') : international
      return isInternational(code) ? code : null
    },
  },
  // Mainland China, mobile: 138 0013 8000, 86-13800138000.
  form(
    '(?:\\(?86\\)?[ -]?)?1[3-9]\\d[ -]?\\d{4}[ -]?\\d{4}',
    (digits) => (digits.length === 11 ? `86${digits}` : digits),
    true,
  ),
  // Mainland China, landline: 010-88888888, (0755) 8888 8888.
  form('(?:\\(0\\d{2,3}\\) ?|0\\d{2,3}[- ])[2-9]\\d{2,3}[ -]?\\d{4}', (digits) =>
    digits.length >= 10 && digits.length <= 12 && /^0(?:10|2\d|[3-9]\d\d)/.test(digits) ? `86${digits.slice(1)}` : null,
  ),
  // North America: (212) 555-0142, 212-555-0142, 1-212-555-0142.
  form('(?:1[ .-])?(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}[ .-])[2-9]\\d{2}[ .-]\\d{4}', (digits) =>
    digits.length === 10 ? `1${digits}` : digits,
  ),
  // The United Kingdom: 020 7946 0958, 07700 900123.
  form(
    '0(?:20 \\d{4} \\d{4}|1\\d{3} \\d{6}|1\\d1 \\d{3} \\d{4}|7\\d{3} ?\\d{6}|7\\d{3} \\d{3} \\d{3})',
    (digits) => `44${digits.slice(1)}`,
  ),
  // France: 01 23 45 67 89.
  form('0[1-9](?:[ .-]\\d{2}){4}', (digits) => `33${digits.slice(1)}`),
  // Germany: 030 1234567, 0171/2345678.
  form('0(?:30|40|69|89|1[567]\\d)[ /]\\d{6,8}', (digits) => `49${digits.slice(1)}`),
  // Japan and Korea: 03-1234-5678, 090-1234-5678, 010-1234-5678.
  form('0\\d{1,2}-\\d{3,4}-\\d{4}', (digits) =>
    digits.startsWith('010') ? `82${digits.slice(1)}` : `81${digits.slice(1)}`,
  ),
  // Taiwan: 0912-345-678. Australia: 0412 345 678.
  form('09\\d{2}[ -]\\d{3}[ -]\\d{3}', (digits) => `886${digits.slice(1)}`),
  form('04\\d{2} \\d{3} \\d{3}', (digits) => `61${digits.slice(1)}`),
]

/** Whatever stands behind a word for a telephone. */
const announced =
  /(?:\b(?:tel|phone|mobile|cell|fax|call|telephone|whatsapp|手机)\b|电话|手机号?|联系方式|热线)(?: ?(?:number|no\.?|号码|号))?["']?\s{0,3}(?:[:：=]|是|为|at)?\s{0,3}["']?(\+?\(?\d(?:[ ().-]{0,2}\d){6,14})(?![\w.-]*\d)/gi

const digitsOf = (text: string): string => text.replace(/\D/g, '')

/** Telephone numbers: international ones, the common national forms, and what is called one. */
export const findPhones = (text: string, report: Report): void => {
  const tell = (at: number, whole: string, value: string) =>
    report({ start: at, end: at + whole.length, class: 'phone', kind: 'personal', value })
  for (const { pattern, normal } of forms) {
    pattern.lastIndex = 0
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const value = normal(digitsOf(match[0]), match[0])
      if (value !== null) tell(match.index, match[0], value)
    }
  }
  for (const match of text.matchAll(announced)) {
    const [whole, number = ''] = match
    tell(match.index + whole.length - number.length, number, nationalOf(digitsOf(number)))
  }
}

/** A field of this name holds a telephone number, however it is written. */
export const isPhoneField = (key: string): boolean =>
  /(?:^|[a-z_-])(?:phone|mobile|telephone|cellphone|msisdn|tel)(?:[-_]?(?:number|no))?$|手机|电话/i.test(key)

/** Told as bare digits, a Chinese mobile is the same number as with its country. */
export const nationalOf = (digits: string): string => (/^1[3-9]\d{9}$/.test(digits) ? `86${digits}` : digits)
