/** A model that `grait setup --models` brings; it is never part of the default set-up. */
export type OptionalModel = 'gemma3-270m'

/** What a person should know before such a model is installed. */
export const OPTIONAL_MODELS: Readonly<Record<OptionalModel, { title: string; megabytes: number; licence: string }>> = {
  'gemma3-270m': {
    title: 'Gemma 3 270M (base)',
    megabytes: 240,
    licence: 'Gemma is provided under and subject to the Gemma Terms of Use found at https://ai.google.dev/gemma/terms.',
  },
}
