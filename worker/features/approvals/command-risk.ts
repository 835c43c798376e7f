import type { Risk } from '../../platform/contract.ts'
import type { Reversibility } from '../rules/contract.ts'
import type { Approval } from './contract.ts'

/** A rule of thumb: what it is called, how bad it is, what it would touch, and whether it could be taken back. */
export interface RiskRule {
  rule: string
  risk: Risk
  impact: readonly Approval['impact'][number]['kind'][]
  reversibility: Reversibility
}

interface CommandRule extends RiskRule {
  pattern: RegExp
}

/**
 * For command lines: each with the words that it matches. They are matched anywhere in the line, so a dangerous command
 * behind `&&`, in `$(…)` or in `sh -c '…'` counts like one that stands alone.
 */
export const commandRules: readonly CommandRule[] = [
  {
    rule: 'destructive-delete',
    risk: 'critical',
    impact: ['data_loss'],
    reversibility: 'irreversible',
    pattern: /\brm\s[^|;&\n]{0,200}?(?<=\s)(?:-\w{0,20}[rRf]|--(?:recursive|force|no-preserve-root)\b)[^|;&\n]{0,200}/,
  },
  {
    rule: 'destructive-delete',
    risk: 'high',
    impact: ['data_loss'],
    reversibility: 'irreversible',
    pattern:
      /\b(?:shred|wipefs|truncate|unlink|rmdir)\b|\bfind\b[^|;&\n]{0,200}\s-delete\b|\b(?:kubectl|helm|terraform|docker|podman|aws|gcloud|az|gh)\s[^|;&\n]{0,200}?\b(?:delete|destroy|uninstall|rmi?|prune|terminate-instances)\b[^|;&\n]{0,100}/,
  },
  {
    rule: 'disk-write',
    risk: 'critical',
    impact: ['data_loss'],
    reversibility: 'irreversible',
    pattern:
      /\bmkfs(?:\.\w+)?\b|\bdd\b[^|;&\n]{0,200}\bof=\/dev\/\S+|>\s*\/dev\/(?:sd|nvme|vd)\w+|\bfdisk\b|\bparted\b/,
  },
  {
    rule: 'remote-code',
    risk: 'critical',
    impact: ['code_execution'],
    reversibility: 'unknown',
    pattern:
      /\b(?:curl|wget|fetch)\b[^;\n]{0,300}\|\s*(?:sudo\s+)?(?:ba|z|k|da)?sh\b|\b(?:ba|z)?sh\s+<\(\s*(?:curl|wget)\b/,
  },
  {
    rule: 'remote-code',
    risk: 'high',
    impact: ['code_execution'],
    reversibility: 'unknown',
    pattern: /\bbase64\s+(?:-d|--decode)\b[^;\n]{0,100}\|\s*\w*sh\b|\b(?:python3?|node|perl|ruby)\s+-(?:c|e)\b/,
  },
  {
    rule: 'privilege-escalation',
    risk: 'high',
    impact: ['access'],
    reversibility: 'unknown',
    pattern: /\b(?:sudo|doas|pkexec)\b|\bsu\s+-?\s*\w*|\bsetcap\b|\bchroot\b|\bnsenter\b/,
  },
  {
    rule: 'credential-access',
    risk: 'critical',
    impact: ['data_exposure'],
    reversibility: 'irreversible',
    pattern:
      /(?:\/etc\/(?:shadow|sudoers)|\.ssh\/(?:id_\w+|authorized_keys)|\.aws\/credentials|\.gnupg|\.kube\/config|\.netrc|\.npmrc|\.docker\/config\.json)\b/,
  },
  {
    rule: 'credential-access',
    risk: 'high',
    impact: ['data_exposure'],
    reversibility: 'irreversible',
    pattern:
      /(?:^|[\s/])\.env(?:\.\w+)?\b|\bprintenv\b|\b(?:pass|gpg)\s+(?:show|--export-secret-keys)|\bsecurity\s+find-\w+-password\b/,
  },
  {
    rule: 'network-exfiltration',
    risk: 'high',
    impact: ['data_exposure'],
    reversibility: 'irreversible',
    pattern:
      /\bcurl\b[^|;&\n]{0,300}\s(?:-d|--data\S*|-F|--form|-T|--upload-file|-X\s*(?:POST|PUT))\b|\b(?:nc|ncat|socat|scp|rsync|sftp|ftp)\b/,
  },
  {
    rule: 'permission-change',
    risk: 'high',
    impact: ['access'],
    reversibility: 'partly',
    pattern:
      /\bchmod\s+(?:-\w+\s+)*(?:[0-7]?777|[ugoa]*\+s|a\+w|o\+w)\b|\bchown\s+(?:-\w+\s+)*root\b|\bvisudo\b|\b(?:user(?:add|del|mod))\b|(?<![/\w.-])passwd\b/,
  },
  {
    rule: 'permission-change',
    risk: 'medium',
    impact: ['access'],
    reversibility: 'reversible',
    pattern: /\b(?:chmod|chown|chgrp|setfacl)\b/,
  },
  {
    rule: 'service-control',
    risk: 'high',
    impact: ['service'],
    reversibility: 'partly',
    pattern:
      /\b(?:systemctl|launchctl)\s+(?:-\S+\s+)*(?!status\b|show\b|list|is-|cat\b|print)[a-z][^|;&\n]{0,80}|\bservice\s+\S+\s+(?!status\b)[a-z]+|\b(?:shutdown|reboot|halt|poweroff)\b|\biptables\b|\bufw\b|\bcrontab\b/,
  },
  {
    rule: 'database-write',
    risk: 'high',
    impact: ['data_change', 'data_loss'],
    reversibility: 'irreversible',
    pattern:
      /\b(?:drop|truncate)\s+(?:table|database|schema)\b|\bdelete\s+from\b|\bupdate\s+\w+\s+set\b|\balter\s+table\b|\binsert\s+into\b/i,
  },
  {
    rule: 'git-history',
    risk: 'high',
    impact: ['history', 'data_loss'],
    reversibility: 'irreversible',
    pattern:
      /\bgit\s+push\b[^|;&\n]{0,100}(?:--force\b|-f\b|--force-with-lease\b)|\bgit\s+(?:reset\s+--hard|clean\s+-\w*f\w*|filter-branch)\b/,
  },
  {
    rule: 'git-history',
    risk: 'medium',
    impact: ['history'],
    reversibility: 'partly',
    pattern: /\bgit\s+(?:push|rebase|merge|tag|branch\s+-D)\b/,
  },
  {
    rule: 'shell-eval',
    risk: 'medium',
    impact: ['code_execution'],
    reversibility: 'unknown',
    pattern: /\beval\b|\$\(|`[^`]+`|\bxargs\b/,
  },
  {
    rule: 'process-kill',
    risk: 'medium',
    impact: ['service'],
    reversibility: 'partly',
    pattern: /\b(?:kill|pkill|killall)\b/,
  },
  {
    rule: 'package-install',
    risk: 'medium',
    impact: ['code_execution'],
    reversibility: 'partly',
    pattern:
      /\b(?:npm|pnpm|yarn|pip3?|apt(?:-get)?|brew|gem|cargo|go|dnf|yum|apk)\s+(?:install|add|i|remove|uninstall|upgrade|get)\b|\bnpx\s+\S+/,
  },
  {
    rule: 'network-exfiltration',
    risk: 'medium',
    impact: ['data_exposure'],
    reversibility: 'unknown',
    pattern: /\b(?:curl|wget|ssh)\b/,
  },
  {
    rule: 'disk-write',
    risk: 'medium',
    impact: ['data_change'],
    reversibility: 'partly',
    pattern: /(?:^|[^<>&\d])>{1,2}\s*[^\s&|>]+|\btee\b|\bmv\b|\bcp\s|\bsed\s+(?:-\w+\s+)*-i\b/,
  },
]

/** Commands that only look. */
export const readOnlyCommand =
  /^\s*(?:\S*\/)?(?:ls|pwd|uname|whoami|id|date|cat|head|tail|wc|grep|rg|echo|true|which|file|stat|du|df|uptime|hostname|git\s+(?:status|log|diff|show|branch))\b[^|;&<>`$\n]*$/
