import { AppError } from '../../../platform/errors.ts'
import { noText, sentinel } from '../../connectors/link/questions/contract.ts'

/**
 * Throws `too_large`, and `invalid` for a content that stands for something else: written back, a hidden passage would
 * lose its secret, and bytes that are no text would become question marks.
 */
export const refuseUnwritable = (content: string, bytesMax: number): void => {
  if (new TextEncoder().encode(content).length > bytesMax)
    throw new AppError('too_large', `A file may have ${bytesMax} bytes.`)
  if (content.includes(sentinel))
    throw new AppError('invalid', 'A redacted passage can not be written back: the secret would be lost.', {
      errors: [{ path: 'content', message: `holds ${sentinel}` }],
    })
  if (content.includes(noText))
    throw new AppError('invalid', 'Bytes that are no text can not be written back: they would be lost.', {
      errors: [{ path: 'content', message: 'holds U+FFFD, which stands for bytes that are no text' }],
    })
}
