export interface Config {
  aiMesh: {
    keys: {
      /**
       * Under which gateway keys are hashed, the same for the control plane and every gateway.
       * At least 32 characters.
       * @visibility secret
       */
      hashSecret: string;
    };
  };
  /** The inference gateway (data plane). */
  aiMeshGateway?: {
    /** Where callers reach the gateway. */
    listen?: {
      /** Default: `localhost`. `0.0.0.0` or `::` for every address of the machine. */
      host?: string;
      /** Default: 4000. */
      port?: number;
    };
    /**
     * Folder of the journal, the last snapshot and the replica id; one gateway a folder, on a disk that
     * outlives the process. Default: `ai-mesh-gateway` in the system's folder for temporary files.
     */
    dataDirectory?: string;
    /** Providers of models, by the id that models name in the annotation `ai-mesh.io/provider`. */
    providers?: {
      [id: string]: {
        type: 'openai' | 'azure-openai';
        /** `https://api.openai.com/v1`; for Azure OpenAI the resource's endpoint, without a path. */
        baseUrl: string;
        /** @visibility secret */
        apiKey?: string;
        /** Azure OpenAI only. Default: `2024-10-21`. */
        apiVersion?: string;
      };
    };
    /** Times in milliseconds. */
    limits?: {
      /** Of a request. Default: 10 MiB. */
      bodyBytes?: number;
      /** For a request's headers to arrive. Default: 10 seconds. */
      receiveHeadersTimeoutMs?: number;
      /** For a whole request to arrive. Default: 1 minute. */
      receiveTimeoutMs?: number;
      /** For a call from its first byte to its last. Default: 10 minutes. */
      upstreamTimeoutMs?: number;
      /** For a provider to accept a connection. Default: 5 seconds. */
      connectTimeoutMs?: number;
      /** For a provider to begin its answer. Default: 5 minutes. */
      headersTimeoutMs?: number;
      /** Between two pieces of an answer. Default: 2 minutes. */
      idleTimeoutMs?: number;
      /** For the calls that run when the gateway shuts down. Default: 25 seconds. */
      drainMs?: number;
    };
  };
}
