import { behindNone, groupMark } from './edge.ts'
import type { Report } from './finding.ts'

/** ISO 7812: the last digit makes the sum, every second digit doubled, a multiple of ten. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const counted = index % 2 === 0 ? digit : digit * 2
    sum += counted > 9 ? counted - 9 : counted
  }
  return sum % 10 === 0
}

/** Ranges of issuers, each with the lengths of their numbers. */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^5[1-5]/, [16]],
  [/^2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8]\d)/, [16, 17, 18, 19]],
  [/^3(?:0[0-5]|09|[689])/, [14, 16]],
  [/^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, [16, 17, 18, 19]],
  [/^220[0-4]/, [16]],
  [/^(?:508[5-9]|60(?:69|7|8)|81|82)/, [16]],
  [/^9792/, [16]],
]
const card = new RegExp(
  `${behindNone('[A-Za-z0-9.+]|\\d-')}(?:\\d{13,19}|\\d{4}(${groupMark})\\d{4}\\1\\d{4}\\1\\d{1,4}(?:\\1\\d{1,3})?|\\d{4}(${groupMark})\\d{6}\\2\\d{4,5}|\\d{6}(${groupMark})\\d{10,13})(?![A-Za-z0-9]|[-.]\\d)`,
  'g',
)

/** Numbers of bank cards: an issuer's range, the right length, and the check digit. */
export const findCards = (text: string, report: Report): void => {
  for (const match of text.matchAll(card)) {
    const digits = match[0].replace(/%20|\D/g, '')
    if (!issuers.some(([range, lengths]) => lengths.includes(digits.length) && range.test(digits))) continue
    if (!passesLuhn(digits) || /^(\d)\1+$/.test(digits)) continue
    report({ start: match.index, end: match.index + match[0].length, class: 'card', kind: 'personal', value: digits })
  }
}

const resident = new RegExp(
  `${behindNone('[A-Za-z0-9]')}([1-8]\\d{5})([ -]?)((?:18|19|20)\\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])\\2(\\d{3}[\\dXx])(?![A-Za-z0-9])`,
  'g',
)
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
)
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** GB 11643-1999: the last character is the weighted sum of the others, modulo 11. */
const passesResidentCheck = (id: string): boolean => {
  const sum = weights.reduce((total, weight, index) => total + weight * (id.charCodeAt(index) - 48), 0)
  return '10X98765432'.charAt(sum % 11) === id.charAt(17)
}

/** Numbers of Chinese resident identity cards: region, a day that exists, and the check character. */
export const findResidentIds = (text: string, report: Report): void => {
  for (const match of text.matchAll(resident)) {
    const [whole, region = '', , year = '', month = '', day = '', last = ''] = match
    const id = `${region}${year}${month}${day}${last}`.toUpperCase()
    const born = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
    if (!provinces.has(region.slice(0, 2)) || born.getUTCDate() !== Number(day) || !passesResidentCheck(id)) continue
    report({ start: match.index, end: match.index + whole.length, class: 'resident-id', kind: 'personal', value: id })
  }
}

/** ISO 13616: how long an IBAN of each country is. */
const ibanLengths = new Map(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)
const ibanBeginning = new RegExp(
  `${behindNone('[A-Za-z0-9]')}([A-Z]{2}|[a-z]{2})\\d{2}(?=${groupMark}?[A-Za-z0-9]{2})`,
  'g',
)
const groupEnd = new RegExp(groupMark, 'y')

/** The number modulo 97 must be 1, its first four characters moved to the end, letters read as 10 … 35. */
const passesIbanCheck = (iban: string): boolean => {
  let rest = 0
  for (const character of `${iban.slice(4)}${iban.slice(0, 4)}`) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** Numbers of bank accounts (IBAN): the country's length and the check digits; in groups of four or in one. */
export const findIbans = (text: string, report: Report): void => {
  for (const match of text.matchAll(ibanBeginning)) {
    const [, country = ''] = match
    const length = ibanLengths.get(country.toUpperCase())
    if (length === undefined) continue
    const own = country === country.toUpperCase() ? /[A-Z0-9]/ : /[a-z0-9]/
    let [value, end] = ['', match.index]
    while (value.length < length && end < text.length) {
      const character = text.charAt(end)
      if (own.test(character)) value += character
      groupEnd.lastIndex = end
      const step = own.test(character) ? 1 : value.length % 4 === 0 ? (groupEnd.exec(text)?.[0].length ?? 0) : 0
      if (step === 0) break
      end += step
    }
    if (value.length !== length || /[A-Za-z0-9]/.test(text.charAt(end)) || !isAccount(value)) continue
    report({ start: match.index, end, class: 'iban', kind: 'personal', value: value.toUpperCase() })
  }
}

/** In small letters most of it has to be digits: ids that pass the check by chance are made of such letters, too. */
const isAccount = (value: string): boolean =>
  passesIbanCheck(value.toUpperCase()) && (/[A-Z]/.test(value) || value.replace(/\D/g, '').length >= value.length / 2)

const plate =
  /(?<![\p{Script=Han}A-Za-z0-9])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF])(?![A-Za-z0-9])/gu
const passport =
  /(?:\bpassport(?: (?:number|no\.?))?|护照(?:号码?)?)["']?\s{0,3}(?:[:：=#]|is|是|为)?\s{0,3}["']?((?:[A-Z]{1,2}\d{7,8}|\d{9}))(?![A-Za-z0-9])/gi

/** Chinese licence plates, and numbers that are called a passport's. */
export const findDocuments = (text: string, report: Report): void => {
  for (const match of text.matchAll(plate))
    if (/\d/.test(match[0]))
      report({
        start: match.index,
        end: match.index + match[0].length,
        class: 'plate',
        kind: 'personal',
        value: match[0].replace(/[·• ]/g, ''),
      })
  for (const match of text.matchAll(passport)) {
    const [whole, number = ''] = match
    const end = match.index + whole.length
    report({ start: end - number.length, end, class: 'passport', kind: 'personal', value: number.toUpperCase() })
  }
}
