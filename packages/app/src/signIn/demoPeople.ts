import type { ConfigApi } from '@backstage/core-plugin-api';

/** Somebody whom the demo signs in without a password. */
export interface DemoPerson {
  /** Name of the user in the catalog. */
  id: string;
  name: string;
  role: string;
  department: string;
  /** What they come to the portal for. */
  purpose?: string;
}

/** Who the sign-in page offers; nobody unless `auth.environment` is `development`. */
export function readDemoPeople(config: ConfigApi): DemoPerson[] {
  if (config.getOptionalString('auth.environment') !== 'development') return [];
  const people = config.getOptionalConfigArray('aiMeshDemo.people') ?? [];
  return people.map(person => ({
    id: person.getString('id'),
    name: person.getString('name'),
    role: person.getString('role'),
    department: person.getString('department'),
    purpose: person.getOptionalString('purpose'),
  }));
}
