import { z } from 'zod'

/** Where to compute: `auto` (a GPU if there is one), `cpu`, `cuda` (the first GPU), `cuda:N` (GPU number N, from 0) or `mps` (an Apple GPU). */
export const deviceSchema = z.union([z.enum(['auto', 'cpu', 'cuda', 'mps']), z.templateLiteral(['cuda:', z.string().regex(/^\d{1,2}$/)])], {
  error: 'must be auto, cpu, cuda, cuda:N (the number of a GPU, from 0) or mps',
})

export type DeviceChoice = z.infer<typeof deviceSchema>
