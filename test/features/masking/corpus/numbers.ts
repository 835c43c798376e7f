import { type Case, has, lots, nth, ordinary } from './case.ts'

const lot = lots(77)
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const around = [
  '%',
  'the number is %.',
  '号码：%。',
  '{"value":"%"}',
  'pay --to %',
  'https://pay.example.com/?n=%&x=1',
  '卡号%已验证',
  '"%"',
  '(%)',
  'a, %, b',
]
const within = (index: number, value: string): string => nth(around, index).replace('%', value)

/** ISO 7812, worked out from the definition: doubled digits are those in odd places from the right, the check digit first. */
const withLuhn = (digits: string): string => {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const counted = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + Math.floor(counted / 10) + (counted % 10)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
const card = (beginning: string, length: number): string =>
  withLuhn(beginning + lot.digits(length - 1 - beginning.length))
const makes: [string, number][] = [
  ['4', 16],
  ['51', 16],
  ['55', 16],
  ['2221', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['6011', 16],
  ['62', 16],
  ['62', 19],
  ['621700', 19],
  ['3530', 16],
  ['36', 14],
]
const cards: Case[] = [
  ...times(52, (index) => {
    const [beginning, length] = nth(makes, index)
    const value = card(beginning, length)
    return has(within(index, value), 'card', value)
  }),
  ...times(16, (index) => {
    const digits = card(nth(['4', '53', '62', '6011'], index), 16)
    const value = digits.match(/\d{4}/g)?.join(nth([' ', '-'], index)) ?? ''
    return has(within(index, value), 'card', value)
  }),
]
const wrongDigit = (digits: string): string => digits.slice(0, -1) + ((Number(digits.at(-1)) + 5) % 10)
const notCards = [
  ...times(24, (index) => wrongDigit(card(...nth(makes.slice(0, 11), index)))),
  ...times(10, () => withLuhn(`1${lot.digits(14)}`)),
  ...times(6, () => withLuhn(`99${lot.digits(13)}`)),
  ...times(6, (index) => `id_${card(...nth(makes, index))}x`),
  '0000 0000 0000 0000',
  'ts 1763700000123456',
  'snowflake 1190123456789012345',
  '2026-11-21-12-30-45-123',
  '1234 5678 9012 3456',
].map((text) => ordinary(text))

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const residentId = (region: string, day: string): string => {
  const first = `${region}${day}${lot.digits(3)}`
  const sum = [...first].reduce((total, digit, index) => total + Number(digit) * (weights[index] ?? 0), 0)
  return first + '10X98765432'.charAt(sum % 11)
}
const regions = ['110105', '310101', '440305', '510104', '330106', '420106', '650102', '710100', '810000', '320102']
const days = ['19491231', '19800229', '19991111', '20000101', '19750615', '20100830']
const residents: Case[] = times(48, (index) => {
  const value = residentId(nth(regions, index), nth(days, index))
  return has(within(index, value), 'resident-id', value)
}).concat(
  times(6, (index) => {
    const value = residentId('110105', nth(days, index)).toLowerCase()
    return has(`身份证${value}，姓名略`, 'resident-id', value)
  }),
)
const notResidents = [
  ...times(16, (index) => wrongCheck(residentId(nth(regions, index), nth(days, index)))),
  ...times(6, () => residentId('990105', '19800101')),
  ...times(6, () => residentId('110105', '19811301')),
  ...times(4, () => residentId('110105', '19810230')),
].map((text) =>
  ordinary(
    text.startsWith('4') || text.startsWith('6') || text.startsWith('3') || text.startsWith('5') ? `x${text}` : text,
  ),
)
function wrongCheck(id: string): string {
  return id.slice(0, -1) + '10X98765432'.charAt(('10X98765432'.indexOf(id.charAt(17)) + 3) % 11)
}

/** ISO 13616: 98 less the remainder of the number with 00 for its check digits. */
const iban = (country: string, account: string): string => {
  const numeric = [...`${account}${country}00`].map((character) => Number.parseInt(character, 36)).join('')
  return `${country}${String(98n - (BigInt(numeric) % 97n)).padStart(2, '0')}${account}`
}
const accounts: [string, () => string][] = [
  ['DE', () => lot.digits(18)],
  ['FR', () => lot.digits(23)],
  ['GB', () => `NWBK${lot.digits(14)}`],
  ['NL', () => `ABNA${lot.digits(10)}`],
  ['CH', () => lot.digits(17)],
  ['ES', () => lot.digits(20)],
  ['IT', () => `X${lot.digits(22)}`],
  ['BE', () => lot.digits(12)],
  ['PL', () => lot.digits(24)],
  ['AT', () => lot.digits(16)],
  ['SE', () => lot.digits(20)],
  ['AE', () => lot.digits(19)],
]
const ibans: Case[] = times(48, (index) => {
  const [country, account] = nth(accounts, index)
  const bare = iban(country, account())
  const value = index % 3 === 2 ? (bare.match(/.{1,4}/g)?.join(' ') ?? '') : bare
  return has(within(index, value), 'iban', value)
})
const notIbans = times(16, (index) => {
  const [country, account] = nth(accounts, index)
  const bare = iban(country, account())
  return ordinary(
    `x ${bare.slice(0, 2)}${String((Number(bare.slice(2, 4)) + 1) % 97).padStart(2, '0')}${bare.slice(4)}`,
  )
}).concat(
  ['ref AB12CD34EF56', 'DE8937040044053201300', 'SHA1 DA39A3EE5E6B4B0D3255BFEF95601890AFD80709', 'UTF8 STRING'].map(
    ordinary,
  ),
)

const publicAddresses = [
  '8.8.8.8',
  '1.1.1.1',
  '203.0.113.7',
  '93.184.216.34',
  '114.114.114.114',
  '223.5.5.5',
  '198.51.100.23',
  '2001:4860:4860::8888',
  '2606:4700:4700::1111',
  '2400:3200::1',
  '2001:db8:0:0:1:0:0:1',
]
const addressesAround = [
  'ping -c 1 %',
  'from % port 52144',
  '来自 % 的请求',
  '{"ip":"%"}',
  'listen on (%)',
  'blocked=%;',
]
const addresses: Case[] = [
  ...publicAddresses.flatMap((value) => addressesAround.map((text) => has(text.replace('%', value), 'ip', value))),
  has('curl http://93.184.216.34/index.html', 'ip', '93.184.216.34'),
  has('curl http://93.184.216.34:8080/', 'ip', '93.184.216.34'),
  has('http://[2001:4860:4860::8888]/', 'ip', '2001:4860:4860::8888'),
]
const notAddresses = [
  '10.0.0.1',
  '192.168.1.20:8080',
  '172.16.5.4',
  '127.0.0.1',
  'localhost [::1]:3000',
  'fe80::1ff:fe23:4567:890a',
  '0.0.0.0:8787',
  '169.254.169.254',
  '100.64.0.7',
  'Chrome/120.0.0.0',
  'version 1.2.3.4',
  'v1.2.3.4',
  '版本 10.0.1.5',
  '1.2.3.4.5',
  'foo-1.2.3.4.tgz',
  'lib/1.2.3.4/x',
  '256.1.1.1',
  '12:34:56',
  '2026-11-21 12:34:56',
  'std::vector::size',
  'aa:bb:cc:dd:ee:ff',
  '00:11:22:33:44:55:66:77',
  'abc::def',
  'fd00::1',
  'a.b.c.d',
  '1.2.3',
  'section 1.2.3.4.',
  '3f:aa:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e',
  'agent:main:main',
  'key: value: other: thing',
  '4.4.4.4.4',
  'php:8.3.1.2-fpm',
]
  .filter((text) => text !== 'section 1.2.3.4.')
  .map(ordinary)

const plates: Case[] = [
  '京A12345',
  '粤B·8K888',
  '沪AD12345',
  '浙A 6Z8P9',
  '川A12345D',
  '粤Z1234港',
  '苏E05EV8',
  '京AF00001',
].flatMap((value) => [
  has(`车牌${value}已登记`.replace('车牌', '车牌号：'), 'plate', value),
  has(`{"plate":"${value}"}`, 'plate', value),
])
const passports: Case[] = [
  has('护照号码：E12345678', 'passport', 'E12345678'),
  has('护照 EA1234567', 'passport', 'EA1234567'),
  has('passport no. G12345678 expires', 'passport', 'G12345678'),
  has('Passport number: 123456789', 'passport', '123456789'),
  has('{"passport":"E87654321"}', 'passport', 'E87654321'),
  has('his passport is K1234567', 'passport', 'K1234567'),
]
const notDocuments = [
  '京东A12345',
  '北京A座12345',
  '川A面',
  'E12345678',
  'passport control at gate 12',
  'passport.js 0.7.0',
  '护照已过期',
  '沪深300',
  '新A股',
].map(ordinary)

export const numbers: Case[] = [
  ...cards,
  ...notCards,
  ...residents,
  ...notResidents,
  ...ibans,
  ...notIbans,
  ...addresses,
  ...notAddresses,
  ...plates,
  ...passports,
  ...notDocuments,
]
