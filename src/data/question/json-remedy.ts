import { trailingComma } from './json-text.js'

/** What to do about a text that should be one line of JSON and is not. */
export function jsonRemedy(text: string, file: string): string {
  const line = text.trim()
  if (/\.(?:csv|tsv|tab)$/i.test(file)) return `JSON Lines are read here; a CSV file of questions is named csv:${file}.`
  if (/[:,[]\s*(?:NaN|-?Infinity)\b/.test(line)) {
    return 'NaN and Infinity, which Python writes, are no JSON: write null, or leave the key out (in pandas, to_json writes null).'
  }
  if (/^\{\s*'/.test(line) || /[:,[]\s*(?:None|True|False)\b/.test(line)) {
    return 'This is how Python prints a dictionary, not JSON: write it with json.dumps.'
  }
  if (/^\{.*\},$/.test(line)) return 'Remove the comma after the object: every line is an object of its own, without a list around them.'
  if (trailingComma(line) !== undefined) return 'Remove the comma before the closing bracket.'
  if (/^[{[]$/.test(line)) return 'A record stands on several lines: write each on one line (with jq: jq -c . FILE).'
  if (!/^[{["\d]/.test(line)) return `Each line must be one complete JSON object, in braces; a CSV file of questions is named csv:${file}.`
  return 'Each line must be one complete JSON object; check quotes, commas and brackets.'
}
