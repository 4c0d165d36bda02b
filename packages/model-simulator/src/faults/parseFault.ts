import { z } from 'zod';
import { FAULT_KINDS, type FaultRule } from './Fault';

/** Beyond this, Node's timers fire at once. */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

const directiveSchema = z
  .strictObject({
    kind: z.enum(FAULT_KINDS),
    'retry-after': z.coerce.number().min(0).optional(),
    status: z.coerce.number().int().min(400).max(599).optional(),
    after: z.coerce.number().int().min(0).optional(),
    ms: z.coerce.number().min(0).max(LONGEST_INTERVAL_MS).optional(),
    stage: z.enum(['prompt', 'answer']).optional(),
    model: z.string().min(1).optional(),
    probability: z.coerce.number().min(0).max(1).optional(),
  })
  .transform(({ 'retry-after': retryAfterSeconds, after, ms, ...rest }) => ({
    ...rest,
    retryAfterSeconds,
    afterTokens: after,
    intervalMs: ms,
  }));

/**
 * Reads a fault as headers, metadata and the command line spell it.
 *
 * @throws TypeError that says what can be written instead
 * @example parseFault('cut;after=5') // { kind: 'cut', afterTokens: 5 }
 */
export function parseFault(directive: string): FaultRule {
  const [kind, ...settings] = directive.split(';').map(part => part.trim());
  const given = Object.fromEntries(
    settings.map(setting => {
      const [name, ...value] = setting.split('=');
      return [name, value.join('=')];
    }),
  );
  const result = directiveSchema.safeParse({ ...given, kind });
  if (result.success) return result.data;
  throw new TypeError(
    `Cannot read "${directive}" as a fault. Write one of ${FAULT_KINDS.join(
      ', ',
    )}, then if needed ;retry-after=SECONDS ;status=CODE ;after=TOKENS ;ms=MILLISECONDS ;stage=prompt|answer ;model=NAME ;probability=0..1`,
  );
}
