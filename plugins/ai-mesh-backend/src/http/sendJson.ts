import { stringifyWithBigInt } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Response } from 'express';

/** Answers with JSON in which money and counts are text. */
export function sendJson(
  response: Response,
  body: unknown,
  options: { status?: number } = {},
): void {
  response
    .status(options.status ?? 200)
    .type('application/json')
    .send(stringifyWithBigInt(body));
}
