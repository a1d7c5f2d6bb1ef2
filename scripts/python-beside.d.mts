export declare function pythonBeside(
  folder: string,
  requirements: string,
  what: string,
): Promise<{ python: string; env: Record<string, string> }>
