import { Section } from '../../../ui/page.tsx'

type Choice = { value: string; words: string }

/** Boxes to tick; with none ticked it is all of them, and `none` says so. */
export function Choices(props: {
  title: string
  none: string
  groups: readonly (readonly Choice[])[]
  chosen: readonly string[]
  choose: (chosen: readonly string[]) => void
}) {
  const { title, none, groups, chosen, choose } = props
  const toggle = (value: string) =>
    choose(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value])
  return (
    <Section title={title}>
      <fieldset className="border-y border-line py-3">
        <legend className="sr-only">{title}</legend>
        {groups.map((group) => (
          <div key={group[0]?.value ?? ''} className="flex flex-wrap gap-x-5 gap-y-2 not-last:mb-3">
            {group.map(({ value, words }) => (
              <label key={value} className="flex min-h-6 cursor-pointer items-center gap-2">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={chosen.includes(value)}
                  onChange={() => toggle(value)}
                />
                {words}
              </label>
            ))}
          </div>
        ))}
        {chosen.length === 0 ? <p className="mt-2.5 text-2xs text-ink-2">{none}</p> : null}
      </fieldset>
    </Section>
  )
}
