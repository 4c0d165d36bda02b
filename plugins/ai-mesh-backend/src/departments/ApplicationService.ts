import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Application } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { FreshValue } from '../caching/FreshValue';
import { parseGroupRef } from './parseGroupRef';

const MAX_AGE_MS = 10_000;
const MODEL_SERVER = 'model-server'; // serves models instead of calling them

/** The applications that may be given keys: Components of the catalog that a Group owns. */
export class ApplicationService {
  readonly #applications: FreshValue<Application[]>;

  constructor(options: {
    catalog: CatalogService;
    auth: AuthService;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#applications = new FreshValue(() => readApplications(options), {
      what: 'the Components of the catalog',
      maxAgeMs: MAX_AGE_MS,
      now: options.now,
      logger: options.logger,
    });
  }

  /** The applications of these departments, by title; at most ten seconds old. */
  async list(options: {
    departmentRefs: readonly string[];
  }): Promise<Application[]> {
    const wanted = new Set(options.departmentRefs);
    const applications = await this.#applications.get();
    return applications.filter(each => wanted.has(each.departmentRef));
  }

  async find(ref: string): Promise<Application | undefined> {
    const applications = await this.#applications.get();
    return applications.find(each => each.ref === ref);
  }
}

async function readApplications(options: {
  catalog: CatalogService;
  auth: AuthService;
}): Promise<Application[]> {
  const applications: Application[] = [];
  const pages = options.catalog.streamEntities(
    {
      filter: { kind: 'Component' },
      fields: [
        'kind',
        'metadata.name',
        'metadata.namespace',
        'metadata.title',
        'metadata.description',
        'spec.type',
        'spec.owner',
      ],
    },
    { credentials: await options.auth.getOwnServiceCredentials() },
  );
  for await (const page of pages) {
    applications.push(...page.flatMap(toApplication));
  }
  return applications.sort((a, b) => a.title.localeCompare(b.title, 'en'));
}

/** None for a model server, and for what a person owns: only a department has a budget. */
function toApplication(component: Entity): Application[] {
  if (component.spec?.type === MODEL_SERVER) return [];
  const departmentRef = parseGroupRef(component.spec?.owner, component);
  if (departmentRef === undefined) return [];
  return [
    {
      ref: stringifyEntityRef(component),
      title: component.metadata.title ?? component.metadata.name,
      description: component.metadata.description,
      departmentRef,
    },
  ];
}
