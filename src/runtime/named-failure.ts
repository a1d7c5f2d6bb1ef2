/** What became of an item, with its id in front once: the runtime's messages begin with it, others do not. */
export function namedFailure({ id, message }: { id: string; message: string }): string {
  return message.startsWith(`${id}: `) ? message : `${id}: ${message}`
}
