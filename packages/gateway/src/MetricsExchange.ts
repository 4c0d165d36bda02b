import type { WorkerMessage } from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';
import { Worker } from './Worker';

const ANSWER_MS = 2000;

interface Round {
  asker: Worker;
  /** As the asker numbered it. */
  askerId: number;
  waitingFor: Set<Worker>;
  texts: string[];
  timer: NodeJS.Timeout;
}

/** Carries the metrics of all processes to the one that was asked for them. */
export class MetricsExchange {
  readonly #workers: () => Iterable<Worker>;
  readonly #rounds = new Map<number, Round>();
  #lastId = 0;

  constructor(workers: () => Iterable<Worker>) {
    this.#workers = workers;
  }

  onMessage(message: WorkerMessage, from: Worker): void {
    if (message.aiMesh === 'gather') this.#begin(from, message.id);
    else if (message.aiMesh === 'metrics') {
      this.#take(message.id, from, message.text);
    }
  }

  #begin(asker: Worker, askerId: number): void {
    this.#lastId += 1;
    const id = this.#lastId;
    const others = [...this.#workers()].filter(
      each => each !== asker && each.isServing,
    );
    this.#rounds.set(id, {
      asker,
      askerId,
      waitingFor: new Set(others),
      texts: [],
      timer: setTimeout(() => this.#end(id), ANSWER_MS),
    });
    for (const other of others) other.tell({ aiMesh: 'collect', id });
    if (others.length === 0) this.#end(id);
  }

  #take(id: number, from: Worker, text: string): void {
    const round = this.#rounds.get(id);
    if (!round?.waitingFor.delete(from)) return;
    round.texts.push(text);
    if (round.waitingFor.size === 0) this.#end(id);
  }

  #end(id: number): void {
    const round = this.#rounds.get(id);
    if (!round) return;
    this.#rounds.delete(id);
    clearTimeout(round.timer);
    const { asker, askerId, texts } = round;
    asker.tell({ aiMesh: 'gathered', id: askerId, texts });
  }
}
