import { behindNone } from './edge.ts'
import type { Report } from './finding.ts'

/** Nothing that belongs to a longer word stands before or behind. */
const [before, after] = [behindNone('[A-Za-z0-9]'), '(?![A-Za-z0-9])']

interface Shape {
  class: string
  /** One of these stands in every text that has one: texts without are passed over. */
  hints: readonly string[]
  pattern: RegExp
}

const shape = (name: string, hints: readonly string[], body: string, flags = ''): Shape => ({
  class: name,
  hints,
  pattern: new RegExp(`${before}(?:${body})`, `g${flags}`),
})

/**
 * Tokens that are known by how they look, from what their issuers publish. Each is linear: a run without an upper bound
 * is followed by nothing that must match, and every other one is bounded.
 */
export const shapes: readonly Shape[] = [
  shape('github-token', ['gh', 'github_pat_'], 'gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\\w{20,}'),
  shape('gitlab-token', ['gl'], 'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\\w-]{16,}'),
  shape('slack-token', ['xox', 'xapp-'], 'xox[abeoprs]-[\\w-]{10,}|xapp-\\d-[A-Z0-9]{5,20}-\\d{5,20}-[a-z0-9]{30,}'),
  shape('aws-key', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], `(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}${after}`),
  shape('google-key', ['AIza', 'ya29.', 'GOCSPX-'], 'AIza[\\w-]{30,}|ya29\\.[\\w-]{20,}|GOCSPX-[\\w-]{20,}'),
  shape('azure-key', ['8Q~'], `[A-Za-z0-9_~.]{3}8Q~[\\w~.-]{31,34}(?![\\w~.-])`),
  shape(
    'azure-key',
    ['AccountKey=', 'SharedAccessKey='],
    '(?<=(?:AccountKey|SharedAccessKey)=)[A-Za-z0-9+/]{40,}={0,2}',
  ),
  shape('azure-key', ['sig='], '(?<=[?&]sig=)[A-Za-z0-9%+/]{30,}={0,2}'),
  shape(
    'stripe-key',
    ['_live_', '_test_', 'whsec_'],
    '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}',
  ),
  shape('anthropic-key', ['sk-ant-'], 'sk-ant-[\\w-]{16,}'),
  shape('openai-key', ['sk-'], 'sk-(?:proj|svcacct|admin|None)-[\\w-]{20,}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}'),
  shape('openrouter-key', ['sk-or-'], 'sk-or-(?:v\\d-)?[\\w-]{16,}'),
  shape('api-key', ['sk-', 'sk_', 'rk-', 'rk_', 'pk-', 'pk_'], '[srp]k[-_](?=[A-Za-z_-]{0,60}\\d)[A-Za-z0-9_-]{16,}'),
  shape('npm-token', ['npm_'], 'npm_[A-Za-z0-9]{30,}'),
  shape('pypi-token', ['pypi-'], 'pypi-AgE[\\w-]{40,}'),
  shape('rubygems-key', ['rubygems_'], 'rubygems_[a-f0-9]{40,}'),
  shape('docker-token', ['dckr_'], 'dckr_(?:pat|oat)_[\\w-]{20,}'),
  shape('twilio-key', ['SK'], `SK[0-9a-f]{32}${after}`),
  shape('sendgrid-key', ['SG.'], 'SG\\.[\\w-]{16,32}\\.[\\w-]{30,}'),
  shape('mailgun-key', ['key-'], `key-[0-9a-f]{32}${after}`),
  shape('mailchimp-key', ['-us'], `[0-9a-f]{32}-us\\d{1,2}${after}`),
  shape('telegram-token', [':AA'], '(?:bot)?\\d{8,10}:AA[\\w-]{33}(?![\\w-])'),
  shape('discord-token', ['.'], '[MNO][A-Za-z\\d_-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,40}(?![\\w-])'),
  shape(
    'webhook',
    ['hooks.slack.com/'],
    '(?<=hooks\\.slack\\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{20,}',
  ),
  shape('webhook', ['/webhooks/'], '(?<=discord(?:app)?\\.com/api/(?:v\\d{1,2}/)?webhooks/)\\d{10,25}/[\\w-]{40,}'),
  shape('webhook', ['access_token='], '(?<=dingtalk\\.com/robot/send\\?access_token=)[0-9a-f]{32,}'),
  shape('webhook', ['/open-apis/bot/'], '(?<=/open-apis/bot/(?:v2/)?hook/)[0-9a-f-]{20,}'),
  shape('webhook', ['/webhook/send?key='], '(?<=qyapi\\.weixin\\.qq\\.com/cgi-bin/webhook/send\\?key=)[0-9a-f-]{30,}'),
  shape('webhook', ['webhook.office.com/'], '(?<=webhook\\.office\\.com/webhookb2/)[\\w@/-]{60,}'),
  shape('dingtalk-secret', ['SEC'], `SEC[0-9a-f]{64}${after}`),
  shape('alibaba-key', ['LTAI'], `LTAI[A-Za-z0-9]{12,24}${after}`),
  shape('tencent-key', ['AKID'], `AKID[A-Za-z0-9]{32}${after}`),
  shape('volcengine-key', ['AKLT', 'AKTP'], `AK(?:LT|TP)[A-Za-z0-9_-]{30,60}`),
  shape('baidu-key', ['bce-v3/'], 'bce-v3/ALTAK-[\\w/-]{30,}'),
  shape('huggingface-token', ['hf_'], 'hf_[A-Za-z0-9]{30,}'),
  shape('groq-key', ['gsk_'], 'gsk_[A-Za-z0-9]{40,}'),
  shape('xai-key', ['xai-'], 'xai-[A-Za-z0-9]{60,}'),
  shape('replicate-token', ['r8_'], 'r8_[A-Za-z0-9]{30,}'),
  shape('perplexity-key', ['pplx-'], 'pplx-[A-Za-z0-9]{40,}'),
  shape('digitalocean-token', ['_v1_'], 'do[opr]_v1_[a-f0-9]{60,}'),
  shape('databricks-token', ['dapi'], `dapi[a-f0-9]{32}(?:-\\d)?${after}`),
  shape('shopify-token', ['shp'], 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}'),
  shape('square-token', ['sq0', 'EAAA'], 'sq0[a-z]{3}-[\\w-]{22,43}'),
  shape('linear-key', ['lin_'], 'lin_(?:api|oauth)_[A-Za-z0-9]{30,}'),
  shape('notion-token', ['ntn_', 'secret_'], 'ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}(?!\\w)'),
  shape('figma-token', ['fig'], 'fig[dou]_?[ru]?_[\\w-]{38,}'),
  shape('atlassian-token', ['ATATT', 'ATCTT', 'ATBB'], 'AT(?:ATT|CTT)3[\\w=-]{60,}|ATBB[A-Za-z0-9]{28,}'),
  shape('vault-token', ['hv'], 'hv[sbr]\\.[\\w-]{24,}'),
  shape('terraform-token', ['.atlasv1.'], '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{60,}'),
  shape('grafana-token', ['glsa_', 'glc_'], 'glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,}'),
  shape('newrelic-key', ['NRAK-', 'NRJS-', 'NRII-'], 'NR(?:AK|JS|II)-[A-Za-z0-9_-]{19,}'),
  shape('sentry-token', ['sntry'], 'sntry[su]_[A-Za-z0-9_=+/-]{40,}'),
  shape('supabase-key', ['sbp_', 'sb_secret_'], 'sbp_[a-f0-9]{40}|sb_secret_[\\w-]{20,}'),
  shape('planetscale-token', ['pscale_'], 'pscale_(?:tkn|pw|oauth)_[\\w=.-]{30,}'),
  shape('age-key', ['AGE-SECRET-KEY-1'], 'AGE-SECRET-KEY-1[A-Z0-9]{50,}'),
  shape('doppler-token', ['dp.'], 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{40,}'),
  shape('postman-key', ['PMAK-'], 'PMAK-[a-f0-9]{24}-[a-f0-9]{34}'),
  shape('clawbutler-token', ['cbc_', 'cbk_', 'cbr_'], 'cb[ckr]_[a-z0-9]{26}_[\\w-]{20,}'),
  shape('private-key', ['-----BEGIN '], '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'),
]

const privateKeyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g

/** Well-known tokens, wherever they stand. */
export const findShapes = (text: string, report: Report): void => {
  for (const { class: name, hints, pattern } of shapes) {
    if (!hints.some((hint) => text.includes(hint))) continue
    pattern.lastIndex = 0
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const end = name === 'private-key' ? endOfKey(text, pattern.lastIndex) : pattern.lastIndex
      const value = text.slice(match.index, end)
      report({ start: match.index, end, class: name, kind: 'secret', value })
      pattern.lastIndex = end
    }
  }
}

/** A key that was cut off goes to the end of the text. */
const endOfKey = (text: string, from: number): number => {
  privateKeyEnd.lastIndex = from
  return privateKeyEnd.exec(text) ? privateKeyEnd.lastIndex : text.length
}
