import { InvalidArgumentError } from 'commander'
import { type DeviceChoice, deviceSchema } from '../../config/device.js'

/** The value of an option that takes a device: auto, cpu, cuda, cuda:1, mps. */
export function deviceName(text: string): DeviceChoice {
  const { data, error } = deviceSchema.safeParse(text)
  if (error) throw new InvalidArgumentError(error.issues[0]?.message ?? '')
  return data
}
