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

/**
 * Phrases by which a refusal is recognised: lower case, straight apostrophes. Each is long enough not to be part of an answer
 * ("unknown" alone would hide the Unknown Soldier, "i can't" a song by the Rolling Stones).
 */
export const REFUSAL_PHRASES = [
  "i don't know",
  'i do not know',
  'i dont know',
  "don't know the answer",
  'do not know the answer',
  "i'm not sure",
  'i am not sure',
  "i'm unsure",
  'i am unsure',
  "i'm not certain",
  'i am not certain',
  "i'm not familiar with",
  'i am not familiar with',
  "i'm not aware of",
  'i am not aware of',
  'i have no idea',
  'i have no information',
  "i don't have enough information",
  'i do not have enough information',
  "i don't have information",
  'i do not have information',
  "i can't answer",
  'i cannot answer',
  "i can't determine",
  'i cannot determine',
  "i can't provide",
  'i cannot provide',
  "i'm unable to",
  'i am unable to',
  "i'm not able to",
  'i am not able to',
  "i'm sorry, but i",
  'i am sorry, but i',
  'the answer is unknown',
  'the answer is not known',
]
