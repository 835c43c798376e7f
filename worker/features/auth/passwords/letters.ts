import type { Letter } from '../../mail/index.ts'

export const verifyLetter = (publicUrl: string, to: string, token: string): Letter => ({
  to,
  subject: '确认你的邮箱 · Confirm your e-mail address',
  text: [
    '打开下面的链接，确认这是你的邮箱（7 天内有效）：',
    'Open this link to confirm that this is your address (valid for 7 days):',
    '',
    `${publicUrl}/verify-email?token=${token}`,
    '',
    '如果你没有注册 ClawButler，请忽略这封邮件。',
    'If you did not register at ClawButler, ignore this mail.',
  ].join('\n'),
})

export const resetLetter = (publicUrl: string, to: string, token: string): Letter => ({
  to,
  subject: '重设密码 · Reset your password',
  text: [
    '打开下面的链接设置新密码（30 分钟内有效，只能用一次）：',
    'Open this link to set a new password (valid for 30 minutes, works once):',
    '',
    `${publicUrl}/reset-password?token=${token}`,
    '',
    '如果不是你本人的请求，请忽略这封邮件，密码不会改变。',
    'If you did not ask for this, ignore this mail: your password stays as it is.',
  ].join('\n'),
})
