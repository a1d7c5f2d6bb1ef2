/** Titles and parts of names by their short and long forms: "St. Louis" is "Saint Louis", "Mt Etna" is "Mount Etna". */
const SHORT: Record<string, string> = {
  saint: 'st',
  street: 'st',
  mount: 'mt',
  doctor: 'dr',
  mister: 'mr',
  missus: 'mrs',
  junior: 'jr',
  senior: 'sr',
  fort: 'ft',
  versus: 'vs',
  professor: 'prof',
  general: 'gen',
  captain: 'capt',
  colonel: 'col',
  lieutenant: 'lt',
  sergeant: 'sgt',
  reverend: 'rev',
}

/** The one form of a word that is often abbreviated. */
export function shortForm(word: string): string {
  return SHORT[word] ?? word
}

/** "No. 5" and "#5" as "number 5", in a folded text. */
export function numberSignsInWords(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])(?:no\.\s?|nr\.\s?|#)(?=\d)/gu, 'number ')
}
