import { z } from 'zod';
import type { Fault } from '../faults/Fault';
import { ApiError } from '../http/ApiError';
import type { Exchange } from '../http/Exchange';
import type { Simulation } from '../Simulation';
import type { Metadata } from '../text/TextAnswer';

const objectSchema = z.record(z.string(), z.unknown());

/**
 * The fault that the caller asks for, else one that a rule brings.
 *
 * @throws ApiError 400 when the wish cannot be read
 */
export function pickFault(
  simulation: Simulation,
  exchange: Exchange,
  asked: { model: string; metadata: Metadata },
): Fault | undefined {
  try {
    return simulation.faults.pick(
      asked.model,
      directive(exchange, asked.metadata, 'fault'),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ApiError(400, error.message, { param: 'simulator_fault' });
  }
}

/**
 * A count that the caller sets, such as how much of its prompt was cached; 0 when it sets none.
 *
 * @param name as the header has it, after `x-simulator-`
 * @throws ApiError 400 unless it is a whole number from 0 on
 */
export function countAsked(
  exchange: Exchange,
  metadata: Metadata,
  name: string,
): number {
  const asked = directive(exchange, metadata, name);
  if (asked === undefined) return 0;
  const count = Number(asked);
  if (asked !== '' && Number.isInteger(count) && count >= 0) return count;
  throw new ApiError(
    400,
    `The number of ${name.replaceAll('-', ' ')} must be whole, from 0 on.`,
    { param: fieldOf(name) },
  );
}

/**
 * Members of an object that the caller sets, as JSON.
 *
 * @throws ApiError 400 when it is no object of JSON
 */
export function objectAsked(
  exchange: Exchange,
  metadata: Metadata,
  name: string,
): Record<string, unknown> | undefined {
  const asked = directive(exchange, metadata, name);
  if (asked === undefined) return undefined;
  try {
    return objectSchema.parse(JSON.parse(asked));
  } catch {
    throw new ApiError(400, `The ${name} must be an object of JSON.`, {
      param: fieldOf(name),
    });
  }
}

/** Whether the caller sets anything at all: most do not, and are answered the faster. */
export function hasDirectives(exchange: Exchange, metadata: Metadata): boolean {
  for (const name in exchange.request.headers) {
    if (name.startsWith('x-simulator-')) return true;
  }
  return Object.keys(metadata).some(name => name.startsWith('simulator_'));
}

/** What the caller says by header, or by a field of `metadata` where headers do not get through. */
export function directive(
  exchange: Exchange,
  metadata: Metadata,
  name: string,
): string | undefined {
  const header = exchange.request.headers[`x-simulator-${name}`];
  const asked = header ?? metadata[fieldOf(name)];
  return typeof asked === 'string' ? asked : undefined;
}

function fieldOf(name: string): string {
  return `simulator_${name.replaceAll('-', '_')}`;
}
