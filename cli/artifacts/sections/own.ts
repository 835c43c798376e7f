import { isTree, type Tree } from '../../plugin/merge-patch.ts'

/**
 * What belongs to one gateway on one machine, by which it is reached: it is never written into another, and it stays when a
 * package is restored. `meta` is the gateway's own notes.
 */
const ownNames = ['port', 'bind', 'customBindHost', 'mode', 'auth', 'tls', 'tailscale', 'remote']

export interface Parted {
  portable: Tree
  own: Tree
}

/** The section `gateway` in what may be restored elsewhere, and what is this gateway's own. */
export function withoutOwn(section: Tree): Parted {
  const configuration = isTree(section.configuration) ? section.configuration : {}
  const { meta, gateway, ...rest } = configuration
  const held = isTree(gateway) ? gateway : {}
  const part = (isOwn: boolean) =>
    Object.fromEntries(Object.entries(held).filter(([name]) => ownNames.includes(name) === isOwn))
  const [portable, own] = [part(false), part(true)]
  return {
    portable: {
      ...section,
      configuration: { ...rest, ...(Object.keys(portable).length > 0 ? { gateway: portable } : {}) },
    },
    own: { ...(meta === undefined ? {} : { meta }), ...(Object.keys(own).length > 0 ? { gateway: own } : {}) },
  }
}

/** The other way round: a section for a gateway that has these as its own. */
export function withOwn(section: Tree, own: Tree): Tree {
  const configuration = isTree(section.configuration) ? section.configuration : {}
  const gateway = {
    ...(isTree(configuration.gateway) ? configuration.gateway : {}),
    ...(isTree(own.gateway) ? own.gateway : {}),
  }
  return {
    ...section,
    configuration: {
      ...configuration,
      ...(own.meta === undefined ? {} : { meta: own.meta }),
      ...(Object.keys(gateway).length > 0 ? { gateway } : {}),
    },
  }
}
