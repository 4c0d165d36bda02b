/**
 * Publishes what Sovereign AI Mesh books to Kafka, as CloudEvents.
 *
 * @packageDocumentation
 */
export { aiMeshKafkaModule as default } from './module';
