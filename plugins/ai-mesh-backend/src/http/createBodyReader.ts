import { InputError } from '@backstage/errors';
import express, { Request, Response } from 'express';

/** Reads the body of a request, as JSON. */
export type BodyReader = (
  request: Request,
  response: Response,
) => Promise<unknown>;

/**
 * Reads large bodies when they are asked for, and not before every handler: whoever lacks the permission must not make
 * the portal parse megabytes.
 *
 * @param options - `limit`: the most that is read, such as `10mb`
 * @returns a reader that throws InputError when the body is no JSON (it never repeats what was sent: the parser's own
 *   message would), and an error of status 413 when it is too long
 */
export function createBodyReader(options: { limit: string }): BodyReader {
  const parse = express.json(options);
  return (request, response) =>
    new Promise((resolve, reject) => {
      parse(request, response, (error: unknown) => {
        if (error instanceof SyntaxError) {
          reject(new InputError('The body is not valid JSON'));
        } else if (error) reject(error);
        else resolve(request.body);
      });
    });
}
