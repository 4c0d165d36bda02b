/** A message of a topic. */
export interface EventMessage {
  /** Messages of the same key keep their order. */
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** As much of a Kafka client as the sink needs. */
export interface EventProducer {
  /**
   * Publishes messages, those of the same key in their order.
   *
   * @returns when every in-sync replica has all of them
   * @throws when that is not certain; some may be there
   */
  send(messages: readonly EventMessage[]): Promise<void>;
  close(): Promise<void>;
}
