import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  Model,
  modelKindSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';
import { parseGroupRef } from '../departments/parseGroupRef';

/** The fields of a Resource that {@link readModelEntity} reads. */
export const MODEL_FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'metadata.tags',
  'metadata.annotations',
  'spec.owner',
  'spec.lifecycle',
];

/** A model as the catalog describes it, before its price is known. */
export interface CatalogModel extends Omit<Model, 'price'> {
  /** The model's name at its provider. */
  providerModel: string;
  /** Its key in the price book; absent when the entity names none. */
  priceKey?: string;
}

const tokenCountSchema = z
  .string()
  .regex(
    /^[1-9]\d{0,8}$/,
    "expected a whole number above zero, such as '128000'",
  )
  .transform(Number);

const annotationsSchema = z
  .object({
    'ai-mesh.io/kind': modelKindSchema,
    'ai-mesh.io/provider': z.string().min(1),
    'ai-mesh.io/provider-model': z.string().min(1),
    'ai-mesh.io/price': z.string().min(1).optional(),
    'ai-mesh.io/context-tokens': tokenCountSchema,
    'ai-mesh.io/max-output-tokens': tokenCountSchema.optional(),
  })
  .refine(
    each =>
      each['ai-mesh.io/kind'] !== 'chat' ||
      each['ai-mesh.io/max-output-tokens'] !== undefined,
    {
      path: ['ai-mesh.io/max-output-tokens'],
      message: 'missing: it bounds what a call can cost',
    },
  );

/** Reads a Resource of type `ai-model`; says what is wrong with it when it cannot be read. */
export function readModelEntity(
  entity: Entity,
): { model: CatalogModel } | { problem: string } {
  const result = annotationsSchema.safeParse(entity.metadata.annotations ?? {});
  if (!result.success) {
    const problem = result.error.issues
      .map(issue => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ');
    return { problem };
  }
  const annotations = result.data;
  const { metadata, spec } = entity;
  return {
    model: {
      name: metadata.name,
      title: metadata.title ?? metadata.name,
      description: metadata.description ?? '',
      kind: annotations['ai-mesh.io/kind'],
      entityRef: stringifyEntityRef(entity),
      ownerRef: parseGroupRef(spec?.owner, entity) ?? String(spec?.owner ?? ''),
      lifecycle: String(spec?.lifecycle ?? 'unknown'),
      tags: metadata.tags ?? [],
      provider: annotations['ai-mesh.io/provider'],
      providerModel: annotations['ai-mesh.io/provider-model'],
      priceKey: annotations['ai-mesh.io/price'],
      contextTokens: annotations['ai-mesh.io/context-tokens'],
      maxOutputTokens: annotations['ai-mesh.io/max-output-tokens'] ?? 0,
    },
  };
}
