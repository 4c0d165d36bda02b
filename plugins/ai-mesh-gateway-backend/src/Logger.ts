/** What the gateway needs of a logger; Backstage's `LoggerService` fits. */
export interface Logger {
  debug(message: string, meta?: Record<string, string | number>): void;
  info(message: string, meta?: Record<string, string | number>): void;
  warn(message: string, meta?: Record<string, string | number>): void;
  error(message: string, meta?: Record<string, string | number>): void;
}

/** The text of an error for a log line: of our own and the system's errors; never a body. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  // JSON.parse quotes what it could not read: a piece of a prompt, or a key
  if (error.name === 'SyntaxError') return error.name;
  const code = 'code' in error ? String(error.code) : undefined;
  return code === undefined
    ? `${error.name}: ${error.message}`
    : `${error.name} ${code}: ${error.message}`;
}
