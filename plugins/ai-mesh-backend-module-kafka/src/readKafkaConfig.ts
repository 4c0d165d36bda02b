import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const pemSchema = z
  .string()
  .startsWith('-----BEGIN ', 'expected a text in PEM, not the name of a file');

const settingsSchema = z.strictObject({
  brokers: z
    .array(
      z
        .string()
        .regex(/^[^\s/:@]+:\d{1,5}$/, 'expected host:port, without a scheme'),
      'expected a list of host:port',
    )
    .min(1, 'expected at least one host:port'),
  topic: z
    .string()
    .regex(
      /^[A-Za-z0-9._-]{1,249}$/,
      'expected letters, digits, dots, dashes and underscores',
    )
    .default('ai-mesh.usage'),
  clientId: z.string().min(1).default('sovereign-ai-mesh'),
  source: z
    .string()
    .regex(/^\S+$/, 'expected a URI or a path, without spaces')
    .default('sovereign-ai-mesh'),
  tls: z
    .union(
      [
        z.literal(false).transform(() => undefined),
        z.literal(true).transform(() => ({})),
        z.strictObject({
          ca: pemSchema.optional(),
          cert: pemSchema.optional(),
          key: pemSchema.optional(),
        }),
      ],
      'expected true, false, or ca, cert and key as texts in PEM',
    )
    .optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
      username: z.string().min(1),
      password: z.string().min(1),
    })
    .optional(),
});

/** Which Kafka, and what is published there. */
export type KafkaSettings = z.output<typeof settingsSchema>;

/**
 * Reads `aiMesh.kafka`.
 *
 * @throws InputError that names every wrong setting and what is expected there, never a value
 */
export function readKafkaConfig(config: Config): KafkaSettings {
  const value: unknown = config.getOptional('aiMesh.kafka');
  const result = settingsSchema.safeParse(value ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    issue => `${['aiMesh.kafka', ...issue.path].join('.')}: ${issue.message}`,
  );
  throw new InputError(`Cannot start the Kafka module: ${problems.join('; ')}`);
}
