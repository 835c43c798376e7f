/**
 * What is found by what stands before it: the first group is that, and stays; the first other group that matched is the
 * secret. Each is linear: runs are bounded, or nothing must match behind them.
 */
export interface Rule {
  class: string
  /** Texts without it are passed over. */
  hint: RegExp
  pattern: RegExp
}

export const rule = (name: string, hint: RegExp, pattern: RegExp): Rule => ({ class: name, hint, pattern })

/** Places in URLs: passwords, tokens that stand for a user, and signatures, by which whoever has the URL is let in. */
export const inUrls: readonly Rule[] = [
  rule('url-password', /:\/\//, /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:)([^\s/]{1,500})(?=@)/gi),
  rule('url-password', /https?:\/\//i, /(\bhttps?:\/\/)(?=[^\s/:@]{0,200}\d)([^\s/:@]{12,500})(?=@)/gi),
  rule('url-password', /jdbc/i, /(\bjdbc:oracle:\w{1,10}:[^\s/:@]{1,100}\/)([^\s@]{1,200})(?=@)/gi),
  rule('secret', /signature=/i, /([?&](?:X-[a-z]{2,6}-)?Signature=)([^\s&"'#]{16,})/gi),
]

/** Arguments of programs that say by their place what they are. */
export const ofPrograms: readonly Rule[] = [
  rule(
    'secret',
    /curl/,
    /(\bcurl\b[^|;&\n]{0,300}?\s(?:-u|--user|--proxy-user)[\s=]{0,3}["']?[^\s:"']{1,100}:)([^\s"']+)/g,
  ),
  rule('secret', /mysql/, /(\b(?:mysql(?:dump|admin)?|mariadb)\b[^|;&\n]{0,300}?\s-p)([^\s"'-]\S{2,})/g),
  rule('secret', /sshpass/, /(\bsshpass\s{1,3}-p\s{0,3})(\S+)/g),
  rule('secret', /redis-cli/, /(\bredis-cli\b[^|;&\n]{0,300}?\s-a\s{1,3})(\S+)/g),
  rule(
    'secret',
    /netrc|machine/,
    /(\bmachine\s{1,3}\S{1,200}\s{1,3}login\s{1,3}\S{1,200}\s{1,3}password\s{1,3})(\S+)/g,
  ),
  rule(
    'secret',
    /login/,
    /(\b(?:docker|podman|nerdctl|buildah|skopeo|registry|az|oc)\s{1,3}login\b[^|;&\n]{0,300}?\s-p[\s=]{1,3})(\S+)/g,
  ),
  rule('secret', /pass:/, /(\s-pass(?:in|out)?\s{1,3}["']?pass:)([^\s"']+)/g),
  rule(
    'secret',
    /chpasswd/,
    /((?<![\w.-])[\w.-]{1,40}:)([^\s'"|]{1,200})(?=['"]?\s{0,3}\|\s{0,3}(?:sudo\s{1,3})?chpasswd)/g,
  ),
  rule(
    'secret',
    /securestring/i,
    /(\bConvertTo-SecureString\s{1,3}(?:-String\s{1,3})?["']?)([^\s"'-][^\s"']{0,500})/gi,
  ),
]
