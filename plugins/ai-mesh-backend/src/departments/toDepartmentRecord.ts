import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { DepartmentRecord } from './buildDepartmentTree';
import { parseGroupRef } from './parseGroupRef';

const COST_CENTRE_ANNOTATION = 'ai-mesh.io/cost-centre';

/** The fields of a Group that {@link toDepartmentRecord} reads. */
export const GROUP_FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.annotations',
  'spec.type',
  'spec.parent',
  'spec.profile',
];

/** Reads a Group of the catalog. */
export function toDepartmentRecord(group: Entity): DepartmentRecord {
  const spec = group.spec ?? {};
  return {
    ref: stringifyEntityRef(group),
    title: titleOf(group),
    type: typeof spec.type === 'string' ? spec.type : 'group',
    parentRef: parseGroupRef(spec.parent, group),
    costCentre:
      group.metadata.annotations?.[COST_CENTRE_ANNOTATION]?.trim() || undefined,
  };
}

function titleOf(group: Entity): string {
  const profile = group.spec?.profile;
  const displayName =
    typeof profile === 'object' && profile !== null && !Array.isArray(profile)
      ? profile.displayName
      : undefined;
  if (typeof displayName === 'string' && displayName) return displayName;
  return group.metadata.title ?? group.metadata.name;
}
