export declare function venvBesideRuntime(name: string, files: string[]): Promise<{ python: string; env: Record<string, string> }>
