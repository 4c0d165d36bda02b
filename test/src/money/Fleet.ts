import { Installation } from '../harness/Installation';
import { Gateway } from '../harness/startGateway';

/** The gateways of an installation, some of which are dead for a while. */
export class Fleet {
  readonly #gateways: Gateway[];
  readonly #reviving = new Map<number, Promise<void>>();
  #isStopped = false;

  /** @param options.size - gateways in all, the installation's own among them */
  static async start(
    installation: Installation,
    options: { size: number },
  ): Promise<Fleet> {
    const more = await Promise.all(
      Array.from({ length: options.size - 1 }, () =>
        installation.startReplica(),
      ),
    );
    return new Fleet([installation.gateway, ...more]);
  }

  private constructor(gateways: Gateway[]) {
    this.#gateways = gateways;
  }

  get urls(): string[] {
    return this.#gateways.map(({ url }) => url);
  }

  /** Kills a gateway that lives, without a last word, and starts a successor on its folder. */
  killOne(random: () => number): void {
    const alive = this.#gateways.flatMap((_, index) =>
      this.#reviving.has(index) ? [] : [index],
    );
    if (alive.length === 0 || this.#isStopped) return;
    const index = alive[Math.floor(random() * alive.length)];
    const reviving = this.#revive(index).finally(() =>
      this.#reviving.delete(index),
    );
    this.#reviving.set(index, reviving);
  }

  /** Resolves when every gateway lives. */
  async untilAlive(): Promise<void> {
    await Promise.all(this.#reviving.values());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.allSettled(this.#reviving.values());
    await Promise.all(this.#gateways.map(gateway => gateway.stop()));
  }

  async #revive(index: number): Promise<void> {
    await this.#gateways[index].stop('SIGKILL');
    this.#gateways[index] = await this.#gateways[index].revive();
  }
}
