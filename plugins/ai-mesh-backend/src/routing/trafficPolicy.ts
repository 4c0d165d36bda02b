import { SnapshotInput } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { TrafficConfig } from './trafficConfigSchema';

type SnapshotDepartment = SnapshotInput['departments'][number];

/**
 * What is configured for a department.
 *
 * Its limits are its own, for the calls of its keys together. Its regions are those that every department on
 * the way from the root allows: one below may allow fewer, never more.
 *
 * @param path - the department and each one above it
 */
export function policyOf(
  ref: string,
  path: readonly string[],
  config: TrafficConfig,
): Pick<SnapshotDepartment, 'limits' | 'regions'> {
  const allowed = path.flatMap(each => {
    const regions = config.departments.get(each)?.regions;
    return regions ? [regions] : [];
  });
  return {
    limits: config.limits.departments.get(ref) ?? {},
    regions: allowed.length === 0 ? undefined : allowed.reduce(intersection),
  };
}

/** The applications that have limits, ordered by reference. */
export function limitedApplications(
  config: TrafficConfig,
): NonNullable<SnapshotInput['applications']> {
  return [...config.limits.applications]
    .map(([ref, limits]) => ({ ref, limits }))
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

function intersection(a: string[], b: string[]): string[] {
  return a.filter(each => b.includes(each));
}
