import http, { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import {
  leaseReleaseSchema,
  leaseRequestSchema,
  stringifyWithBigInt,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';
import { MemoryControlPlane } from '../link/MemoryControlPlane';

const usageSchema = z.object({
  replicaId: z.string(),
  records: z.array(z.unknown()),
});

/** The control plane in memory over HTTP, for gateways in another process. */
export async function serveControlPlane(
  controlPlane: MemoryControlPlane,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    answer(controlPlane, request).then(
      result => {
        response.writeHead(result === undefined ? 304 : 200);
        response.end(result && stringifyWithBigInt(result));
      },
      () => response.writeHead(500).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  controlPlane: MemoryControlPlane,
  request: IncomingMessage,
): Promise<object | undefined> {
  const url = new URL(request.url ?? '', 'http://localhost');
  const { signal } = new AbortController();
  if (url.pathname.endsWith('/snapshot')) {
    return controlPlane.getSnapshot({
      since: url.searchParams.get('since') ?? undefined,
      waitMs: Number(url.searchParams.get('waitMs')),
      signal,
    });
  }
  const body = await json(request);
  if (url.pathname.endsWith('/leases')) {
    const wanted = leaseRequestSchema.parse(body);
    const leases = await controlPlane.requestLeases({
      replicaId: wanted.replicaId,
      requests: wanted.requests.map(each => ({
        ...each,
        neededPicoUsd: each.neededPicoUsd.toString(),
      })),
    });
    return { leases };
  }
  if (url.pathname.endsWith('/release')) {
    const { replicaId, releases } = leaseReleaseSchema.parse(body);
    await controlPlane.releaseLeases({
      replicaId,
      releases: releases.map(each => ({
        leaseId: each.leaseId,
        keepPicoUsd: each.keepPicoUsd.toString(),
      })),
    });
    return {};
  }
  const { replicaId, records } = usageSchema.parse(body);
  return controlPlane.sendUsage({
    replicaId,
    records: Buffer.from(JSON.stringify(records).slice(1, -1)),
  });
}
