/** No vowels, so that no words come out, and nothing that looks like something else (RFC 8628 §6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'
const length = 8

/** Eight letters, each of twenty equally likely. */
export const newUserCode = (): string => {
  let code = ''
  while (code.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      // 240 is the largest multiple of 20 in a byte: what lies above would make some letters likelier.
      if (byte < 240 && code.length < length) code += letters.charAt(byte % letters.length)
    }
  }
  return code
}

export const showUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

/** What a person typed, in whatever case, with or without the dash. */
export const readUserCode = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z]/g, '')
