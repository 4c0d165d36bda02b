import { setTimeout as wait } from 'node:timers/promises';

const TIMEOUT_MS = 240_000;
const BETWEEN_MS = 500;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Returns when the portal, the backend and the gateway answer, the gateway to the demo key.
 *
 * @param options - `signal`: aborted when a part has ended; then it never returns
 * @throws Error that names what did not answer in time
 */
export async function waitUntilReady(settings, { signal }) {
  const deadline = Date.now() + TIMEOUT_MS;
  const key = settings.demoKey && {
    authorization: `Bearer ${settings.demoKey}`,
  };
  const checks = [
    { part: 'portal', url: settings.portalUrl },
    {
      part: 'backend',
      url: `${settings.backendUrl}/.backstage/health/v1/readiness`,
    },
    ...(key
      ? [
          {
            part: 'gateway',
            url: `${settings.gatewayUrl}/models`,
            headers: key,
          },
        ]
      : []),
  ];
  for (const check of checks) {
    while (!(await answers(check))) {
      if (signal.aborted) await new Promise(() => {}); // the process is about to end, with a message
      if (Date.now() > deadline) {
        throw new Error(
          `The ${check.part} does not answer at ${check.url}.\n` +
            'Run `npm start -- --verbose` to see what it is doing.',
        );
      }
      await wait(BETWEEN_MS);
    }
  }
}

async function answers({ url, headers }) {
  try {
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // not there yet
  }
}
