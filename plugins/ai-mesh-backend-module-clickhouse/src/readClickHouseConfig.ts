import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const identifierSchema = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    'expected letters, digits and underscores, and no digit first',
  );

const settingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .refine(text => {
      const { username, password, search } = new URL(text);
      return username + password + search === '';
    }, 'expected an address without user, password and query: they have settings of their own'),
  database: identifierSchema.default('default'),
  table: identifierSchema.default('ai_mesh_usage'),
  username: z.string().min(1).default('default'),
  password: z.string().default(''),
  createTables: z.boolean().default(true),
});

/** Which ClickHouse, and where in it. */
export type ClickHouseSettings = z.output<typeof settingsSchema>;

/**
 * Reads `aiMesh.clickHouse`.
 *
 * @throws InputError that names every wrong setting and what is expected there, never a value
 */
export function readClickHouseConfig(config: Config): ClickHouseSettings {
  const value: unknown = config.getOptional('aiMesh.clickHouse');
  const result = settingsSchema.safeParse(value ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    issue =>
      `${['aiMesh.clickHouse', ...issue.path].join('.')}: ${issue.message}`,
  );
  throw new InputError(
    `Cannot start the ClickHouse module: ${problems.join('; ')}`,
  );
}
