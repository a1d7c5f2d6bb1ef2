import { parse } from 'yaml'
import { GraitError } from '../errors.js'

/**
 * Applies `--set path=value` to a configuration as written (before validation). The value is parsed as YAML, so numbers,
 * booleans, null and [lists] keep their type; anything else is a string.
 * @throws GraitError config_invalid if the text is not path=value or the path goes through something that is not a section
 */
export function applySetting(written: Record<string, unknown>, setting: string): void {
  const equals = setting.indexOf('=')
  const path = setting.slice(0, Math.max(equals, 0)).trim()
  if (equals < 1 || !/^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*$/.test(path)) {
    throw new GraitError('config_invalid', `--set ${setting}: not of the form path=value`, {
      hint: 'Write for example --set tuning.train.epochs=2',
    })
  }
  const keys = path.split('.')
  const last = keys.pop() as string
  let section = written
  for (const [depth, key] of keys.entries()) {
    const next = section[key] ?? {}
    if (typeof next !== 'object' || next === null || Array.isArray(next)) {
      throw new GraitError('config_invalid', `--set ${setting}: ${keys.slice(0, depth + 1).join('.')} holds a value, not a section`)
    }
    section[key] = next
    section = next as Record<string, unknown>
  }
  section[last] = settingValue(setting.slice(equals + 1))
}

function settingValue(text: string): unknown {
  // "jsonl:my.jsonl" or "hub:org/name" must stay text even where YAML would read a map.
  if (/^[a-z]+:\S/.test(text)) return text
  try {
    return parse(text)
  } catch {
    return text
  }
}
