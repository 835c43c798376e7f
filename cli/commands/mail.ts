import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { OutboxMail } from '../../worker/features/mail/contract.ts'
import { Page } from '../../worker/platform/contract.ts'
import { request } from '../api/request.ts'
import { note, plain, print, printJson } from '../output/output.ts'
import { operatorToken } from '../profile/operator-token.ts'
import { type JsonOption, withJson } from './json-option.ts'

export function registerMail(program: Command): void {
  const mail = program.command('mail').description('the mails of an installation on this machine')
  withJson(
    mail
      .command('list')
      .description('list mails, newest first; for whoever runs the machine')
      .addOption(new Option('--server <url>').env('CLAWBUTLER_SERVER').default('http://127.0.0.1:8787'))
      .addOption(
        new Option('--state <folder>', 'state folder of the installation')
          .env('CLAWBUTLER_STATE_DIR')
          .default('.clawbutler'),
      )
      .option('--text', 'print the whole mails'),
  ).action(async (options: JsonOption & { server: string; state: string; text?: boolean }) => {
    const authorization = `Bearer ${await operatorToken(resolve(options.state))}`
    const { items } = await request({ server: options.server, path: '/operator/mail', authorization }, Page(OutboxMail))
    if (options.json) {
      printJson({ items })
      return
    }
    if (items.length === 0) note('No mail.')
    for (const { createdAt, state, to, subject, text } of items) {
      print(plain(`${createdAt}  ${state.padEnd(6)}  ${to}  ${subject}`))
      if (options.text) print(`${text.split('\n').map(plain).join('\n')}\n`)
    }
  })
}
