/** `id="scout"`, `name="x"#2` or `="exec"`: how the difference names an item of a list. */
const named = /^(?:id|key|name)=("(?:[^"\\]|\\.)*")(#\d+)?$/
const plain = /^=("(?:[^"\\]|\\.)*")(#\d+)?$/
const labelCharsMax = 80

/** How people are told which item of a list it is: by its id or name, else by what it holds. */
export const itemLabel = (item: string): string => {
  const [, quoted, again = ''] = named.exec(item) ?? plain.exec(item) ?? []
  const text = quoted === undefined ? item.replace(/^=/, '') : `${unquoted(quoted)}${again}`
  return text.length > labelCharsMax ? `${text.slice(0, labelCharsMax - 1)}…` : text
}

const unquoted = (quoted: string): string => {
  const text: unknown = JSON.parse(quoted)
  return String(text)
}
