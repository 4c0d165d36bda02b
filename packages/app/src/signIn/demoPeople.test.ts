import { mockApis } from '@backstage/frontend-test-utils';
import { readDemoPeople } from './demoPeople';

const PERSON = {
  id: 'dana',
  name: 'Dana Okafor',
  role: 'developer',
  department: 'Customer care',
};

it.each([
  ['development', [PERSON]],
  ['production', []],
  [undefined, []],
])('under the environment %s offers %j', (environment, people) => {
  const config = mockApis.config({
    data: { auth: { environment }, aiMeshDemo: { people: [PERSON] } },
  });
  expect(readDemoPeople(config)).toEqual(people);
});
