import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { settingPath } from './settingPath';
import { TrafficConfig, trafficConfigSchema } from './trafficConfigSchema';

/** Nothing configured: each model has the catalog's own target, and nothing is limited. */
export const NO_TRAFFIC_CONFIG: TrafficConfig = trafficConfigSchema.parse({});

/**
 * Reads `aiMesh.routing`, `aiMesh.limits` and `aiMesh.departments`.
 *
 * @throws InputError that names every wrong setting and what is expected there
 */
export function readTrafficConfig(config: Config): TrafficConfig {
  const result = trafficConfigSchema.safeParse({
    routing: config.getOptional('aiMesh.routing'),
    limits: config.getOptional('aiMesh.limits'),
    departments: config.getOptional('aiMesh.departments'),
  });
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    issue => `${settingPath(issue.path)}: ${textOf(issue)}`,
  );
  throw new InputError(`Cannot start ai-mesh: ${problems.join('; ')}`);
}

/** A wrong key of a map says what is wrong with it one level down. */
function textOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? issue.issues[0].message : issue.message;
}
