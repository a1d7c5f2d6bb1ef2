import { readFileSync } from 'node:fs'

/** The version of this package. package.json is at the same depth from src/ and from dist/. */
export const PACKAGE_VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version
