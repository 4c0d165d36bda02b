import fc from 'fast-check';
import { buildDepartmentTree, DepartmentRecord } from './buildDepartmentTree';

function record(
  name: string,
  parent?: string,
  costCentre?: string,
): DepartmentRecord {
  return {
    ref: `group:default/${name}`,
    title: name,
    type: 'department',
    parentRef: parent && `group:default/${parent}`,
    costCentre,
  };
}

function outline(records: DepartmentRecord[]) {
  return buildDepartmentTree(records)
    .all()
    .map(each => `${'  '.repeat(each.depth)}${each.title}`);
}

describe('buildDepartmentTree', () => {
  it('puts a parent before its children, and siblings in order of their titles', () => {
    expect(
      outline([
        record('shop', 'commerce'),
        record('research', 'halden'),
        record('care', 'commerce'),
        record('commerce', 'halden'),
        record('halden'),
      ]),
    ).toEqual(['halden', '  commerce', '    care', '    shop', '  research']);
  });

  it('inherits the cost centre from the nearest department above that has one', () => {
    const tree = buildDepartmentTree([
      record('halden', undefined, '1000'),
      record('commerce', 'halden', '2000'),
      record('care', 'commerce'),
      record('research', 'halden'),
    ]);
    expect(tree.all().map(each => [each.title, each.costCentre])).toEqual([
      ['halden', '1000'],
      ['commerce', '2000'],
      ['care', '2000'],
      ['research', '1000'],
    ]);
  });

  it('makes a root of a department whose parent does not exist', () => {
    const tree = buildDepartmentTree([record('care', 'nowhere')]);
    expect(tree.all()).toEqual([
      expect.objectContaining({ depth: 0, parentRef: undefined }),
    ]);
  });

  it('cuts a circle at its first member, and keeps the branches that hang on it', () => {
    expect(
      outline([
        record('a-branch', 'c'),
        record('b', 'd'),
        record('c', 'b'),
        record('d', 'c'),
        record('self', 'self'),
      ]),
    ).toEqual(['b', '  c', '    a-branch', '    d', 'self']);
  });

  it('has every department once, below its parent, whatever the catalog says', () =>
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.nat(12), { nil: undefined }), { maxLength: 12 }),
        parents => {
          const tree = buildDepartmentTree(
            parents.map((parent, index) =>
              record(`g${index}`, parent === undefined ? parent : `g${parent}`),
            ),
          );
          const refs = tree.all().map(each => each.ref);
          expect([...refs].sort()).toEqual(
            parents.map((_, index) => `group:default/g${index}`).sort(),
          );
          for (const each of tree.all()) {
            expect(tree.pathOf(each.ref)).toHaveLength(each.depth + 1);
            if (each.parentRef === undefined) continue;
            expect(refs.indexOf(each.parentRef)).toBeLessThan(
              refs.indexOf(each.ref),
            );
          }
        },
      ),
    ));
});
