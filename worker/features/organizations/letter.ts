import type { Letter } from '../mail/index.ts'

interface Facts {
  publicUrl: string
  to: string
  organization: string
  inviter: string
  token: string
}

export const invitationLetter = ({ publicUrl, to, organization, inviter, token }: Facts): Letter => ({
  to,
  subject: `邀请你加入 ${organization} · You are invited to ${organization}`,
  text: [
    `${inviter} 邀请你加入 ClawButler 上的“${organization}”。打开下面的链接接受邀请（7 天内有效，只能用一次）：`,
    `${inviter} invites you to "${organization}" at ClawButler. Open this link to accept (valid for 7 days, works once):`,
    '',
    `${publicUrl}/register?invitation=${token}`,
    '',
    '如果你不认识对方，请忽略这封邮件。',
    'If you do not know them, ignore this mail.',
  ].join('\n'),
})
