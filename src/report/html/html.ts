/** Finished HTML. Only `html` creates it, so that unescaped text cannot become part of the page. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text
  }
}

type Value = Html | string | number | null | undefined | false | readonly Value[]

/** A template whose values are escaped unless they are already HTML; lists are joined; null, undefined and false become empty. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.reduce((text, part, index) => text + part + (index < values.length ? rendered(values[index]) : ''), ''))
}

/** Trusted text that this program wrote itself without a template: style, script, charts. */
export function trusted(text: string): Html {
  return new Html(text)
}

function rendered(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return value.map(rendered).join('')
}

// Control characters are not valid HTML; a browser shows nothing or a box.
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/(?![\t\n])\p{Cc}/gu, '\ufffd')
}
