import { Command } from 'commander'
import { z } from 'zod'
import { configSchema } from '../../config/schema.js'
import { print } from '../terminal/output.js'

export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of the configuration: every key with its type, range, default and meaning')
    .addHelpText(
      'after',
      `
Example:
  grait schema > grait.schema.json     then, in YAML: # yaml-language-server: $schema=grait.schema.json`,
    )
    .action(async () => {
      await print(`${JSON.stringify(z.toJSONSchema(configSchema, { io: 'input' }), null, 2)}\n`)
    })
}
