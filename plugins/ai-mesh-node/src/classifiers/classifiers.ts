import { createExtensionPoint } from '@backstage/backend-plugin-api';

/** Says whether a small model is enough for a request. @public */
export interface RequestClassifier {
  /** What `specialists` name in `classifier`. */
  readonly id: string;
  /**
   * Looks at a request. One that fails, or takes longer than 200 milliseconds, has no say: the model that was asked
   * for serves.
   *
   * @param body - of the request, as parsed. Not to be kept, and not to be logged
   * @returns whether the specialist can do it
   */
  isSimple(body: Readonly<Record<string, unknown>>): boolean | Promise<boolean>;
}

/** Adds classifiers to the gateway. @public */
export interface MeshClassifiersExtensionPoint {
  /** @throws Error when another one has the same id */
  addClassifier(classifier: RequestClassifier): void;
}

/** @public */
export const meshClassifiersExtensionPoint =
  createExtensionPoint<MeshClassifiersExtensionPoint>({
    id: 'ai-mesh-gateway.classifiers',
  });
