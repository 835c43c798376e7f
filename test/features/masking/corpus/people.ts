import { type Case, has, lots, nth, ordinary } from './case.ts'

const lot = lots(20_261_121)
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** Ways to write something into a sentence, a command, JSON and a URL; `%` is the place. */
const around = [
  'Please contact % about the order.',
  '请联系 % 处理此订单。',
  '联系方式：%，请尽快回复',
  'echo "%" >> people.txt',
  '{"note":"asked by %","n":1}',
  'grep -rn "%" ./src',
  'He wrote (%) twice.',
  'contact=%; next',
  '客户%已确认',
  '- %',
]
const within = (index: number, value: string): string => nth(around, index).replace('%', value)

const locals = ['lin.wei', 'j.smith', 'maria+news', 'o_brien', 'a', 'zhang-san', 'info2026', 'ops%team']
const domains = ['example.com', 'mail.example.org', 'corp.example.com.cn', 'sub.a-b.example.io', 'qq.example.cn']
const emails: Case[] = [
  ...times(60, (index) => {
    const value = `${nth(locals.slice(0, 7), index)}${index}@${nth(domains, index)}`
    return has(within(index, value), 'email', value)
  }),
  has('https://example.com/unsubscribe?to=lin.wei%40example.com&x=1', 'email', 'lin.wei%40example.com'),
  has('mailto:lin.wei@example.com', 'email', 'lin.wei@example.com'),
  has('From: "Lin Wei" <lin.wei@example.com>', 'email', 'lin.wei@example.com'),
  has('git config user.email lin.wei@example.com', 'email', 'lin.wei@example.com'),
  has('a@example.com,b@example.org;c@example.net', 'email', 'a@example.com', 'b@example.org', 'c@example.net'),
  has('邮箱是lin@example.com。', 'email', 'lin@example.com'),
  has('Co-authored-by: Lin <lin@example.com>', 'email', 'lin@example.com'),
  has('user LIN@EXAMPLE.COM signed in', 'email', 'LIN@EXAMPLE.COM'),
]
const notEmails = [
  'git clone git@github.com:acme/tool.git',
  'ssh agent@host.example.test uptime',
  'scp -r build deploy@web-1.example.com:/srv/www',
  'rsync -a ./ backup@nas.example.org:/data',
  'npm install lodash@4.17.21 @types/node@24.1.0',
  'npx vitest@latest run',
  'uses: actions/checkout@v4.2.1',
  'docker pull registry.example.com/app@sha256:abc',
  'systemctl restart getty@tty1.service',
  'icon@2x.png and icon@3x.png',
  '@decorator.method()',
  'go get example.com/mod@v1.2.3',
  'HEAD@{1} and main@{upstream}',
  'look at me @ noon',
  'price: 3 @ 5.00',
  'https://medium.example.com/@writer/post',
  'user@localhost',
  'sftp files@sftp.example.com',
].map(ordinary)

const mobile = (index: number): string =>
  `1${nth(['38', '39', '50', '58', '77', '86', '99', '31'], index)}${lot.digits(8)}`
const phones: Case[] = [
  ...times(30, (index) => {
    const value = mobile(index)
    return has(within(index, value), 'phone', value)
  }),
  ...times(10, (index) => {
    const digits = mobile(index)
    const value = `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`
    return has(within(index, value), 'phone', value)
  }),
  ...times(10, (index) => {
    const digits = mobile(index)
    const value = nth([`+86 ${digits}`, `+86-${digits}`, `86-${digits}`, `+86${digits}`, `0086${digits}`], index)
    return has(within(index, value), 'phone', value)
  }),
  ...[
    '+1 212 555 0142',
    '+1-415-555-0199',
    '+1 (206) 555-0170',
    '+44 20 7946 0958',
    '+44 7700 900123',
    '+49 30 901820',
    '+49 (0)30 901820',
    '+33 1 23 45 67 89',
    '+81 3-1234-5678',
    '+82 10-1234-5678',
    '+852 2345 6789',
    '+886 912 345 678',
    '+65 6123 4567',
    '+91 98765 43210',
    '+61 412 345 678',
    '+7 912 345-67-89',
    '+55 11 91234-5678',
    '+39 06 6982 1234',
    '+34 612 345 678',
    '+31 6 12345678',
    '+41 44 668 18 00',
    '+971 50 123 4567',
    '+62 812-3456-789',
    '+12125550142',
    '(212) 555-0142',
    '212-555-0142',
    '415.555.0199',
    '1-800-555-0199',
    '020 7946 0958',
    '07700 900123',
    '01 23 45 67 89',
    '03-1234-5678',
    '090-1234-5678',
    '010-1234-5678',
    '010-88886666',
    '021-6888 1234',
    '(0755) 8888 6666',
    '0571-87654321',
    '0912-345-678',
    '0412 345 678',
    '030 1234567',
    '0171/2345678',
  ].flatMap((value, index) => [
    has(within(index, value), 'phone', value),
    has(within(index + 3, value), 'phone', value),
  ]),
  has('手机号：１３８１２３４５６７８', 'phone', '１３８１２３４５６７８'),
  has('电话 8123 4567 转 3', 'phone', '8123 4567'),
  has('tel: 2345 6789', 'phone', '2345 6789'),
  has('{"phone": "5551234567"}', 'phone', '5551234567'),
  has('https://wa.example.com/send?phone=8613800138000', 'phone', '8613800138000'),
  has('curl "https://sms.example.com/?to=%2B8613912345678"', 'phone', '%2B8613912345678'),
]
const notPhones = [
  'finished in 13812345 ms',
  'at 1763700000',
  'at 1763700000123',
  'pid 13812 of 20000',
  '2026-11-21 06:15:30',
  '2026-11-21T06:15:30.123Z',
  'build 20261121.1234',
  'commit 1234567',
  'v1.13.8001',
  'order A13800138000',
  'sku_13800138000',
  'port 8080 and 13800',
  '10.0.0.1:13800',
  'run 0f8e1a2b-1380-4138-8000-13800138000a',
  '--since 1700000000',
  'sleep 3600000',
  'bytes=138001380001',
  'range 100-200-3000',
  'the years 2019-2020-2021',
  '1,234,567,890',
  '3.14159265358979',
  '0x13800138000f',
  'IMG_20261121_061530.jpg',
  'chapter 12-34-567',
  'ISBN 978-7-302-12345-6',
  '12:34:56.789',
  'lines +120 -45',
  'diff +1234567 bytes',
  'ticket #13800138000',
  'inode 138001380005',
  'INV-2026-0000123',
  '64000 64512',
  'MAC 00:1a:2b:3c:4d:5e',
  'uid=1000(agent) gid=1000',
  '共 1380013 条记录',
  '耗时 1250000 毫秒',
  '版本 2026.9.6',
  '第 13800 行',
  'memory 17179869184 bytes',
  'seq 100000000001',
].map(ordinary)

export const people: Case[] = [...emails, ...notEmails, ...phones, ...notPhones]
