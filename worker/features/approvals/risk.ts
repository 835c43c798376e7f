import { type Risk, risks } from '../../platform/contract.ts'
import type { Approval } from './contract.ts'

type Reason = Approval['riskReasons'][number]

/** What we look at: a command line, and what the gateway's own analysis said of it. */
export interface Assessed {
  command: string
  riskKinds: string[]
  warningLines: string[]
}

/**
 * Rules of thumb for command lines: each names itself, its risk and the words that it matches. They are matched
 * anywhere in the line, so a dangerous command behind `&&`, in `$(…)` or in `sh -c '…'` counts like one that stands alone.
 */
const rules: readonly { rule: string; risk: Risk; pattern: RegExp }[] = [
  {
    rule: 'destructive-delete',
    risk: 'critical',
    pattern: /\brm\s[^|;&\n]{0,200}?(?<=\s)(?:-\w{0,20}[rRf]|--(?:recursive|force|no-preserve-root)\b)[^|;&\n]{0,200}/,
  },
  {
    rule: 'destructive-delete',
    risk: 'high',
    pattern:
      /\b(?:shred|wipefs|truncate|unlink|rmdir)\b|\bfind\b[^|;&\n]{0,200}\s-delete\b|\b(?:kubectl|helm|terraform|docker|podman|aws|gcloud|az|gh)\s[^|;&\n]{0,200}?\b(?:delete|destroy|uninstall|rmi?|prune|terminate-instances)\b[^|;&\n]{0,100}/,
  },
  {
    rule: 'disk-write',
    risk: 'critical',
    pattern:
      /\bmkfs(?:\.\w+)?\b|\bdd\b[^|;&\n]{0,200}\bof=\/dev\/\S+|>\s*\/dev\/(?:sd|nvme|vd)\w+|\bfdisk\b|\bparted\b/,
  },
  {
    rule: 'remote-code',
    risk: 'critical',
    pattern:
      /\b(?:curl|wget|fetch)\b[^;\n]{0,300}\|\s*(?:sudo\s+)?(?:ba|z|k|da)?sh\b|\b(?:ba|z)?sh\s+<\(\s*(?:curl|wget)\b/,
  },
  {
    rule: 'remote-code',
    risk: 'high',
    pattern: /\bbase64\s+(?:-d|--decode)\b[^;\n]{0,100}\|\s*\w*sh\b|\b(?:python3?|node|perl|ruby)\s+-(?:c|e)\b/,
  },
  {
    rule: 'privilege-escalation',
    risk: 'high',
    pattern: /\b(?:sudo|doas|pkexec)\b|\bsu\s+-?\s*\w*|\bsetcap\b|\bchroot\b|\bnsenter\b/,
  },
  {
    rule: 'credential-access',
    risk: 'critical',
    pattern:
      /(?:\/etc\/(?:shadow|sudoers)|\.ssh\/(?:id_\w+|authorized_keys)|\.aws\/credentials|\.gnupg|\.kube\/config|\.netrc|\.npmrc|\.docker\/config\.json)\b/,
  },
  {
    rule: 'credential-access',
    risk: 'high',
    pattern:
      /(?:^|[\s/])\.env(?:\.\w+)?\b|\bprintenv\b|\b(?:pass|gpg)\s+(?:show|--export-secret-keys)|\bsecurity\s+find-\w+-password\b/,
  },
  {
    rule: 'network-exfiltration',
    risk: 'high',
    pattern:
      /\bcurl\b[^|;&\n]{0,300}\s(?:-d|--data\S*|-F|--form|-T|--upload-file|-X\s*(?:POST|PUT))\b|\b(?:nc|ncat|socat|scp|rsync|sftp|ftp)\b/,
  },
  {
    rule: 'permission-change',
    risk: 'high',
    pattern:
      /\bchmod\s+(?:-\w+\s+)*(?:[0-7]?777|[ugoa]*\+s|a\+w|o\+w)\b|\bchown\s+(?:-\w+\s+)*root\b|\bvisudo\b|\b(?:user(?:add|del|mod))\b|(?<![/\w.-])passwd\b/,
  },
  { rule: 'permission-change', risk: 'medium', pattern: /\b(?:chmod|chown|chgrp|setfacl)\b/ },
  {
    rule: 'service-control',
    risk: 'high',
    pattern:
      /\b(?:systemctl|launchctl)\s+(?:-\S+\s+)*(?!status\b|show\b|list|is-|cat\b|print)[a-z][^|;&\n]{0,80}|\bservice\s+\S+\s+(?!status\b)[a-z]+|\b(?:shutdown|reboot|halt|poweroff)\b|\biptables\b|\bufw\b|\bcrontab\b/,
  },
  {
    rule: 'database-write',
    risk: 'high',
    pattern:
      /\b(?:drop|truncate)\s+(?:table|database|schema)\b|\bdelete\s+from\b|\bupdate\s+\w+\s+set\b|\balter\s+table\b|\binsert\s+into\b/i,
  },
  {
    rule: 'git-history',
    risk: 'high',
    pattern:
      /\bgit\s+push\b[^|;&\n]{0,100}(?:--force\b|-f\b|--force-with-lease\b)|\bgit\s+(?:reset\s+--hard|clean\s+-\w*f\w*|filter-branch)\b/,
  },
  { rule: 'git-history', risk: 'medium', pattern: /\bgit\s+(?:push|rebase|merge|tag|branch\s+-D)\b/ },
  { rule: 'shell-eval', risk: 'medium', pattern: /\beval\b|\$\(|`[^`]+`|\bxargs\b/ },
  { rule: 'process-kill', risk: 'medium', pattern: /\b(?:kill|pkill|killall)\b/ },
  {
    rule: 'package-install',
    risk: 'medium',
    pattern:
      /\b(?:npm|pnpm|yarn|pip3?|apt(?:-get)?|brew|gem|cargo|go|dnf|yum|apk)\s+(?:install|add|i|remove|uninstall|upgrade|get)\b|\bnpx\s+\S+/,
  },
  { rule: 'network-exfiltration', risk: 'medium', pattern: /\b(?:curl|wget|ssh)\b/ },
  {
    rule: 'disk-write',
    risk: 'medium',
    pattern: /(?:^|[^<>&\d])>{1,2}\s*[^\s&|>]+|\btee\b|\bmv\b|\bcp\s|\bsed\s+(?:-\w+\s+)*-i\b/,
  },
]

const readOnly =
  /^\s*(?:\S*\/)?(?:ls|pwd|uname|whoami|id|date|cat|head|tail|wc|grep|rg|echo|true|which|file|stat|du|df|uptime|hostname|git\s+(?:status|log|diff|show|branch))\b[^|;&<>`$\n]*$/

/** The risk of a command with every reason for it, the worst first. Linear in the command's length. */
export const assessRisk = ({ command, riskKinds, warningLines }: Assessed): { risk: Risk; reasons: Reason[] } => {
  const reasons: Reason[] = []
  for (const { rule, risk, pattern } of rules) {
    const matched = pattern.exec(command)?.[0].trim()
    if (matched && !reasons.some((reason) => reason.rule === rule))
      reasons.push({ rule, risk, matched, start: null, end: null })
  }
  for (const kind of riskKinds)
    reasons.push({ rule: 'gateway-risk', risk: 'high', matched: kind, start: null, end: null })
  for (const line of warningLines)
    reasons.push({ rule: 'gateway-warning', risk: 'medium', matched: line, start: null, end: null })
  if (reasons.length === 0)
    reasons.push(
      readOnly.test(command)
        ? { rule: 'read-only', risk: 'low', matched: '', start: null, end: null }
        : { rule: 'unknown-command', risk: 'medium', matched: '', start: null, end: null },
    )
  reasons.sort((a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk))
  return { risk: reasons[0]?.risk ?? 'medium', reasons }
}
