import { randomBytes } from 'node:crypto';

/** Makes request ids: unique over all gateways and restarts, by 72 random bits a process; cheap, by a counter. */
export function createRequestIds(): () => string {
  const prefix = `req_${randomBytes(9).toString('hex')}`;
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}${count.toString(36).padStart(6, '0')}`;
  };
}
