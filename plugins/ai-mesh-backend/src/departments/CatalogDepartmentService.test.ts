import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { ChangeSignal } from '../changes/ChangeSignal';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { group } from '../__testUtils__/company';
import { CatalogDepartmentService } from './CatalogDepartmentService';
import { DatabaseDepartmentStore } from './DatabaseDepartmentStore';

const MINUTE_MS = 60_000;

describe('CatalogDepartmentService', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('%p', databaseId => {
    const getDatabase = useMigratedDatabase(databases, databaseId);

    async function setup(entities: Entity[]) {
      const database = getDatabase();
      const world = { entities, now: new Date('2026-11-22T10:00:00Z') };
      const logger = mockServices.logger.mock();
      const changes = new ChangeSignal();
      const changed = jest.spyOn(changes, 'changed');
      const createService = () =>
        new CatalogDepartmentService({
          catalog: catalogServiceMock.mock({
            streamEntities: (...request) =>
              catalogServiceMock({ entities: world.entities }).streamEntities(
                ...request,
              ),
          }),
          auth: mockServices.auth(),
          store: new DatabaseDepartmentStore(database),
          changes,
          logger,
          now: () => world.now,
        });
      const service = createService();
      const titles = async (of = service) =>
        (await of.tree()).all().map(each => each.title);
      const passMinutes = (minutes: number) => {
        world.now = new Date(world.now.getTime() + minutes * MINUTE_MS);
      };
      return {
        world,
        logger,
        changed,
        service,
        createService,
        titles,
        passMinutes,
      };
    }

    it('follows the catalog, and tells of changes only', async () => {
      const { world, changed, service, titles } = await setup([
        group('halden'),
        group('care', { parent: 'halden', costCentre: '7' }),
      ]);
      expect(await titles()).toEqual([]);
      await service.refresh();
      await service.refresh();
      expect(await titles()).toEqual(['halden', 'care']);
      expect(changed).toHaveBeenCalledTimes(1);

      world.entities = [
        group('halden'),
        group('care', { parent: 'halden', title: 'Customer care' }),
      ];
      await service.refresh();
      const tree = await service.tree();
      expect(tree.all()[1]).toEqual({
        ref: 'group:default/care',
        title: 'Customer care',
        type: 'department',
        parentRef: 'group:default/halden',
        costCentre: undefined,
        depth: 1,
      });
      expect(changed).toHaveBeenCalledTimes(2);
    });

    it('keeps a department that the catalog does not list for ten minutes', async () => {
      const { world, service, titles, passMinutes } = await setup([
        group('halden'),
        group('care'),
      ]);
      await service.refresh();
      world.entities = [group('halden')];
      await service.refresh();
      passMinutes(9);
      await service.refresh();
      expect(await titles()).toEqual(['care', 'halden']);
      passMinutes(2);
      expect(await titles()).toEqual(['halden']);

      world.entities = [group('halden'), group('care')];
      await service.refresh();
      expect(await titles()).toEqual(['care', 'halden']);
    });

    it('does not forget its departments when the catalog is empty or away', async () => {
      const { world, logger, service, createService, titles, passMinutes } =
        await setup([group('halden')]);
      await service.refresh();
      world.entities = [];
      await service.refresh();
      passMinutes(60);
      expect(await titles()).toEqual(['halden']);

      Object.defineProperty(world, 'entities', {
        get() {
          throw new Error('catalog is away');
        },
      });
      await service.refresh();
      await service.refresh();
      expect(await titles(createService())).toEqual(['halden']);
      expect(logger.warn).toHaveBeenCalledTimes(1);
    });
  });
});
