import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from './routeOf';

/** One request and its response. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  /** The request's `x-request-id`, or one of the simulator's own. */
  requestId: string;
}
