// Writes anew what documents take from the code: the tables of docs/judging.md from the cases that the tests run,
// docs/reference/configuration.md from the schema, docs/reference/api/ from the exported types: npm run docs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeApiReference } from '../test/api/api-reference.ts'
import { configurationDoc } from '../test/config/configuration-doc.ts'
import { withCases } from '../test/evaluation/judging/judging-doc.ts'

const path = fileURLToPath(new URL('../docs/judging.md', import.meta.url))
writeFileSync(path, withCases(readFileSync(path, 'utf8')))

const reference = new URL('../docs/reference/', import.meta.url)
mkdirSync(reference, { recursive: true })
writeFileSync(new URL('configuration.md', reference), configurationDoc())
await writeApiReference(fileURLToPath(new URL('api/', reference)))
