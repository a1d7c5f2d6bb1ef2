// Writes the tables of docs/judging.md anew from the cases that the tests run: npm run docs.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withCases } from '../test/evaluation/judging-doc.ts'

const path = fileURLToPath(new URL('../docs/judging.md', import.meta.url))
writeFileSync(path, withCases(readFileSync(path, 'utf8')))
