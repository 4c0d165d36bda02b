import { z } from 'zod';
import type { Exchange } from '../http/Exchange';
import { parseBody } from '../http/parseBody';
import { readBody } from '../http/readBody';
import { send } from '../http/send';
import type { Simulation } from '../Simulation';

const gateRequestSchema = z.strictObject({ open: z.boolean() });

/** `/simulator/…`: what no provider has, for those who test against one. */
export function createControlHandlers(simulation: Simulation) {
  const { gate, ledger } = simulation;

  async function usage({ response }: Exchange): Promise<void> {
    send(response, JSON.stringify({ ...ledger.report(), held: gate.held }));
  }

  async function reset({ response }: Exchange): Promise<void> {
    simulation.reset();
    response.writeHead(204).end();
  }

  async function setGate({ request, response }: Exchange): Promise<void> {
    const body = await readBody(request, simulation.bodyLimitBytes);
    if (parseBody(body, gateRequestSchema).open) gate.open();
    else gate.close();
    send(response, JSON.stringify({ open: gate.isOpen, held: gate.held }));
  }

  return { usage, reset, gate: setGate };
}
