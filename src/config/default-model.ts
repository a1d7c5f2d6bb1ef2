/** The model included in the managed environment; small enough for a laptop. */
export const DEFAULT_MODEL = 'embedded:smollm2-135m-instruct'
