/** Where to go after a sign-in: a path of this site and nothing else, whatever the link said. */
export const localPath = (next: string | undefined, publicUrl: string): string => {
  if (!next?.startsWith('/') || /[\\\s]/.test(next)) return '/'
  const { origin, pathname, search, hash } = new URL(next, publicUrl)
  return origin === new URL(publicUrl).origin && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/'
}
