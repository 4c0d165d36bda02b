import { replicaStatusSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { ReplicaStore, SeenReplica } from './ReplicaStore';

interface ReplicaRow {
  replica_id: string;
  status: string;
  /** Postgres gives an int64 as text. */
  last_seen_at: number | string;
}

/** {@link ReplicaStore} in the plugin's database. */
export class DatabaseReplicaStore implements ReplicaStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async put({ status, lastSeenAt }: SeenReplica): Promise<void> {
    await this.#database<ReplicaRow>('gateway_replicas')
      .insert({
        replica_id: status.replicaId,
        status: JSON.stringify(status),
        last_seen_at: lastSeenAt.getTime(),
      })
      .onConflict('replica_id')
      .merge();
  }

  async listSince(time: Date): Promise<SeenReplica[]> {
    const rows = await this.#database<ReplicaRow>('gateway_replicas')
      .where('last_seen_at', '>=', time.getTime())
      .orderBy('replica_id')
      .select();
    return rows.flatMap(toSeenReplica);
  }

  async forgetBefore(time: Date): Promise<void> {
    await this.#database<ReplicaRow>('gateway_replicas')
      .where('last_seen_at', '<', time.getTime())
      .delete();
  }
}

/** None for a row of another version of the portal, which the replica overwrites within seconds. */
function toSeenReplica(row: ReplicaRow): SeenReplica[] {
  const { data } = replicaStatusSchema.safeParse(JSON.parse(row.status));
  if (!data) return [];
  return [{ status: data, lastSeenAt: new Date(Number(row.last_seen_at)) }];
}
