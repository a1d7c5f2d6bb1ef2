/** The model that comes with the managed environment: small enough for a laptop. */
export const DEFAULT_MODEL = 'embedded:smollm2-135m-instruct'
