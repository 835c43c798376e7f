// Runs before the first paint, as a file of its own because the content security policy allows no inline script.
;(() => {
  const root = document.documentElement
  const kept = (key) => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }
  const theme = kept('clawbutler.theme')
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  const language = kept('clawbutler.locale') ?? navigator.language
  root.lang = /^zh/i.test(language) ? 'zh-CN' : 'en-US'
  root.dataset.shell = /^\/(setup|sign-in|register|forgot-password|reset-password|verify-email|device)\b/.test(
    location.pathname,
  )
    ? 'door'
    : 'room'
})()
