import { compressed } from './compressed.ts'

/**
 * A file of the UI. In the cloud the assets come before the Worker; on one machine the Worker asks them. A page of an older
 * version may ask for a script that is gone: it must not get the page that every unknown address gets, kept for a year.
 */
export const answerFile = async (request: Request, assets: Fetcher): Promise<Response> => {
  const file = await assets.fetch(request)
  const isPage = file.headers.get('content-type')?.startsWith('text/html')
  if (isPage && new URL(request.url).pathname.startsWith('/assets/'))
    return new Response('This file is of another version.\n', {
      status: 404,
      headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
    })
  return compressed(request, file)
}
