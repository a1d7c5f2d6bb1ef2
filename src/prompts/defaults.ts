/** The default prompt wording. */

/** Instructions that ask for an answer, and nothing else. */
export const PLAIN = {
  mcqa: 'Answer the question with the letter of the right option only.',
  oeqa: 'Answer the question with a few words only.',
}

/** The refusal sentence. */
export const REFUSAL = "I don't know."

/** Instructions that allow refusing: the plain one, and what to say if the answer is not known. */
export function allowingRefusal(plain: string, refusal: string): string {
  return `${plain} If you do not know the answer, reply "${refusal}"`
}
