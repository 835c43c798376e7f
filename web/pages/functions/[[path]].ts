/** The UI is hosted here; what the Worker answers is handed to it through the service binding. */
export const onRequest = ({ request, env }: { request: Request; env: { API: { fetch: typeof fetch } } }) =>
  env.API.fetch(request)
