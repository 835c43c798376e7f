import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { packageLimits } from '../../cbpkg/contract.ts'
import { Failure, usage } from '../output/failure.ts'
import { note } from '../output/output.ts'
import { askHidden } from './ask-hidden.ts'

export type PassphraseOption = { passphraseFile?: string }

const { passphraseCharsMin: charsMin, passphraseBytesMax: bytesMax } = packageLimits

/** A passphrase comes from the terminal or a file, never as an argument: those are seen by everybody on the machine. */
export const withPassphrase = (command: Command): Command =>
  command.addOption(
    new Option('--passphrase-file <file>', 'file with the passphrase on its only line; without it you are asked').env(
      'CLAWBUTLER_PASSPHRASE_FILE',
    ),
  )

/** The passphrase of a package that is there. */
export async function readPassphrase({ passphraseFile }: PassphraseOption): Promise<string> {
  if (passphraseFile) return passphraseOfFile(passphraseFile)
  requireTerminal()
  const passphrase = await askHidden('Passphrase of the package: ')
  if (passphrase === '') throw usage('Without its passphrase a package stays closed.')
  return passphrase
}

/** A passphrase for a package that is to be written: asked for twice, at least 12 characters. */
export async function choosePassphrase({ passphraseFile }: PassphraseOption): Promise<string> {
  if (passphraseFile) return strongEnough(await passphraseOfFile(passphraseFile))
  requireTerminal()
  note(
    `Nobody can open the package without its passphrase, and nobody can recover it. At least ${charsMin} characters.`,
  )
  const passphrase = strongEnough(await askHidden('Passphrase: '))
  if ((await askHidden('The same once more: ')) !== passphrase) throw new Failure('These were two passphrases.')
  return passphrase
}

const requireTerminal = (): void => {
  if (!process.stdin.isTTY)
    throw usage('There is no terminal to ask at: give --passphrase-file (or CLAWBUTLER_PASSPHRASE_FILE).')
}

const strongEnough = (passphrase: string): string => {
  if (Array.from(passphrase.normalize('NFC').trim()).length < charsMin)
    throw usage(`A passphrase needs at least ${charsMin} characters.`)
  return passphrase
}

const passphraseOfFile = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch(() => {
    throw usage(`The passphrase file ${path} cannot be read.`)
  })
  const passphrase = text.replace(/\r?\n$/, '')
  if (passphrase === '') throw usage(`The passphrase file ${path} is empty.`)
  if (/[\r\n]/.test(passphrase)) throw usage(`The passphrase file ${path} has more than one line.`)
  if (Buffer.byteLength(passphrase) > bytesMax) throw usage(`The passphrase file ${path} is too long.`)
  return passphrase
}
