import { z } from 'zod';
import { PicoUsd, picoUsd } from '../money';

/** Money on the wire: whole pico-dollars as text, because JSON numbers lose digits above 2^53. @public */
export const picoUsdSchema = z
  .string()
  .regex(/^-?\d{1,38}$/, 'expected a whole number of pico-USD, as text')
  .transform((text): PicoUsd => picoUsd(BigInt(text)));

/** A calendar month, as `2026-11`. @public */
export const monthSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'expected a month such as 2026-11');

/** A count on the wire that may pass 2^53: text, read as `bigint`. @public */
export const countSchema = z
  .string()
  .regex(/^\d{1,38}$/, 'expected a whole number, as text')
  .transform(text => BigInt(text));

/** A catalog entity reference such as `group:default/customer-care`. @public */
export const entityRefSchema = z
  .string()
  .regex(
    /^[a-z]+:[a-z0-9-_.]+\/[A-Za-z0-9-_.]+$/i,
    'expected an entity reference such as group:default/customer-care',
  );

/** A moment in time, ISO 8601 with an offset. @public */
export const timestampSchema = z.string().datetime({ offset: true });

/** One page of a list, with the number of all matches. @public */
export function pageSchema<T extends z.ZodTypeAny>(item: T) {
  return z.object({ items: z.array(item), total: z.number().int().min(0) });
}

/** How a list is paged. @public */
export const pageQuerySchema = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
