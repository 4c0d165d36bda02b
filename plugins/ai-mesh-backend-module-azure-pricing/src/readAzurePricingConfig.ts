import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const name = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+$/, 'expected letters, digits, ".", "-" and "_"');

const schema = z.strictObject({
  enabled: z.boolean().default(false),
  regions: z.array(name).default([]),
  currency: z
    .literal('USD', { error: 'expected USD: the ledger is kept in it' })
    .default('USD'),
  vmSizes: z.array(name).default([]),
  models: z
    .array(
      z.strictObject({
        meter: z.string().min(1),
        price: z
          .string()
          .regex(/^[^\s/]+\/\S+$/, 'expected a price key such as azure/gpt-4o'),
        longContextAboveInputTokens: z.number().int().min(1).optional(),
      }),
    )
    .optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://prices.azure.com'),
});

/** `aiMesh.azurePricing`, checked, with its defaults. */
export type AzurePricingSettings = Omit<z.output<typeof schema>, 'enabled'>;

/**
 * Reads `aiMesh.azurePricing`.
 *
 * @returns undefined unless it is enabled
 * @throws InputError that names every wrong setting and what is expected there
 */
export function readAzurePricingConfig(
  config: Config,
): AzurePricingSettings | undefined {
  const result = schema.safeParse(
    config.getOptional('aiMesh.azurePricing') ?? {},
  );
  if (!result.success) {
    const problems = result.error.issues.map(
      issue => `aiMesh.azurePricing.${issue.path.join('.')}: ${issue.message}`,
    );
    throw new InputError(`Cannot start ai-mesh: ${problems.join('; ')}`);
  }
  const { enabled, ...settings } = result.data;
  if (!enabled) return undefined;
  if (settings.regions.length === 0) {
    throw new InputError(
      'Cannot start ai-mesh: aiMesh.azurePricing.regions is empty; name the Azure regions that you use, such as westeurope',
    );
  }
  return settings;
}
