export interface Config {
  aiMesh?: {
    /** Where booked lines are published, as CloudEvents. The ledger in the portal's database stays what counts. */
    kafka?: {
      /** As `host:port`; one that answers is enough to find the others. */
      brokers: string[];
      /** It has to be there. Default: `ai-mesh.usage`. */
      topic?: string;
      /** What brokers call the portal. Default: `sovereign-ai-mesh`. */
      clientId?: string;
      /** `source` of the events: another one for each portal that publishes to the topic. Default: `sovereign-ai-mesh`. */
      source?: string;
      /** `true`: with the certificate authorities of the system. Default: false. */
      tls?:
        | boolean
        | {
            /** Certificate authority of the brokers, PEM. */
            ca?: string;
            /** Own certificate, PEM. */
            cert?: string;
            /**
             * Its key, PEM.
             * @visibility secret
             */
            key?: string;
          };
      sasl?: {
        /** `PLAIN` tells the password to whoever listens: only with `tls`. */
        mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
        username: string;
        /** @visibility secret */
        password: string;
      };
    };
  };
}
