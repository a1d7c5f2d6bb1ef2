// Writes anew what documents take from the code: the tables of docs/judging.md from the cases that the tests run,
// docs/gpu.md from the newest proof on a GPU, docs/reference/configuration.md from the schema, docs/reference/api/ from the exported types: npm run docs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeApiReference } from '../test/api/api-reference.ts'
import { configurationDoc } from '../test/config/configuration-doc.ts'
import { withCases } from '../test/evaluation/judging/judging-doc.ts'
import { writeGpuDoc } from './gpu-doc.mjs'

const path = fileURLToPath(new URL('../docs/judging.md', import.meta.url))
writeFileSync(path, withCases(readFileSync(path, 'utf8')))

const docs = new URL('../docs/', import.meta.url)
writeGpuDoc(new URL('gpu.md', docs), new URL('gpu-proof.json', docs))

const reference = new URL('../docs/reference/', import.meta.url)
mkdirSync(reference, { recursive: true })
writeFileSync(new URL('configuration.md', reference), configurationDoc())
await writeApiReference(fileURLToPath(new URL('api/', reference)))
