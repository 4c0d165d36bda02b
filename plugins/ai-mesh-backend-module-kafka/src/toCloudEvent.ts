import { SinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { EventMessage } from './EventProducer';

/** Changes when the data changes its meaning. */
const EVENT_TYPE = 'io.sovereign-ai-mesh.usage.booked.v1';

/**
 * A line as a CloudEvent 1.0 in structured mode: all of it is in the message's value. `source` and `id` together
 * tell a repetition. `time` is the time for which the line counts, so that who sums up by it agrees with the
 * portal's reports.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export function toCloudEvent(
  line: SinkLine,
  options: { source: string },
): EventMessage {
  const event = {
    specversion: '1.0',
    type: EVENT_TYPE,
    source: options.source,
    id: line.id,
    time: line.postedAt,
    subject: line.departmentRef,
    partitionkey: line.departmentRef, // the extension "partitioning"
    datacontenttype: 'application/json',
    data: line,
  };
  return {
    key: line.departmentRef,
    value: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
  };
}
