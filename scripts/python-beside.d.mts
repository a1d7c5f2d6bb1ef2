export declare function pythonBeside(
  folder: string,
  requirements: readonly string[],
  what: string,
): Promise<{ python: string; env: Record<string, string> }>
