import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { formatUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { StoredAlert } from './AlertStore';

/** Tells people that a budget passed a threshold. */
export interface AlertPublisher {
  /** Never throws: that an alert was raised stands in the database and on the page in any case. */
  publish(alert: StoredAlert, options: { title: string }): Promise<void>;
}

/** As much of Backstage's `NotificationService` as is needed. */
export interface NotificationSender {
  send(options: {
    recipients: { type: 'entity'; entityRef: string[] };
    payload: {
      title: string;
      description: string;
      link: string;
      severity: 'critical' | 'high' | 'normal';
      topic: string;
      scope: string;
    };
  }): Promise<void>;
}

/** Where the page of budgets is, unless the portal moved it. */
const PAGE = '/ai-mesh/quotas';

/** {@link AlertPublisher} through Backstage's notifications, where the portal has them. */
export class NotificationAlertPublisher implements AlertPublisher {
  readonly #notifications: NotificationSender;
  readonly #logger: LoggerService;
  #hasWarned = false;

  constructor(options: {
    notifications: NotificationSender;
    logger: LoggerService;
  }) {
    this.#notifications = options.notifications;
    this.#logger = options.logger;
  }

  async publish(alert: StoredAlert, options: { title: string }): Promise<void> {
    if (alert.toldRefs.length === 0) return;
    const { nodeId, period, rule } = alert;
    try {
      await this.#notifications.send({
        recipients: { type: 'entity', entityRef: [...alert.toldRefs] },
        payload: {
          ...wordsOf(alert, options.title),
          link: PAGE,
          topic: 'ai-mesh-budgets',
          scope: `${nodeId} ${period} ${rule.at} ${rule.then.action}`,
        },
      });
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true; // one is enough for a portal without notifications
      this.#logger.warn(
        `Could not notify anybody of a budget's threshold; alerts are on the Quotas page. Install Backstage's notifications plugin to have them sent: ${
          toError(error).message
        }`,
        { nodeId },
      );
    }
  }
}

const THEN = {
  notify: '',
  'cheaper-model': ' Calls that are not critical go to cheaper models now.',
  'cap-output': ' Answers are shorter from now on.',
  queue: ' Calls may have to wait.',
  block: ' Calls are refused from now on.',
};

function wordsOf(
  { rule, spent, limit, projected }: StoredAlert,
  title: string,
) {
  const spentOf = `${formatUsd(spent)} of ${formatUsd(
    limit,
  )} is spent this month.`;
  const then = THEN[rule.then.action];
  if (rule.at === 'projected-breach') {
    return {
      title: `The budget of ${title} will probably not last for the month`,
      description: `${spentOf}${
        projected === undefined
          ? ''
          : ` About ${formatUsd(projected)} is expected by its end.`
      }${then}`,
      severity: 'high' as const,
    };
  }
  return {
    title: `${rule.at} % of the budget of ${title} is spent`,
    description: `${spentOf}${then}`,
    severity: severityOf(rule.at),
  };
}

function severityOf(percent: number): 'critical' | 'high' | 'normal' {
  if (percent >= 100) return 'critical';
  return percent >= 80 ? 'high' : 'normal';
}
