import { Help, type Option } from 'commander'

const standard = new Help()

/** How the help of a command is written: an option that must be given says so; a list that begins empty has no default to show. */
export const HELP: Partial<Help> = {
  optionDescription(option: Option): string {
    const shown = Object.assign(Object.create(option) as Option, isEmptyList(option.defaultValue) && { defaultValue: undefined })
    return `${standard.optionDescription(shown)}${option.mandatory ? ' (required)' : ''}`
  },
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
