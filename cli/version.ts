import packageJson from '../package.json' with { type: 'json' }

/** Our own version, as it is told to gateways, to the cloud and to people. */
export const version: string = packageJson.version
