import 'reflect-metadata';
import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expect, test } from 'vitest';
import { cacheable } from '../../src/index.ts';

const cache = new Cache<unknown>({ backend: memoryBackend() });

/** As NestJS does: metadata of the function itself. */
const SetMetadata =
  (key: string, value: unknown) =>
  (_target: object, _name: string, descriptor: PropertyDescriptor): void =>
    Reflect.defineMetadata(key, value, descriptor.value);

class Controller {
  @SetMetadata('roles', ['admin'])
  @cacheable(cache)
  @SetMetadata('path', '/users')
  @Reflect.metadata('of the member', true)
  async users(_page?: number): Promise<number> {
    return 1;
  }
}

test('metadata of decorators above and below survives, and so do name and length (R10)', async () => {
  const controller = new Controller();
  expect(Reflect.getMetadata('roles', controller.users)).toEqual(['admin']);
  expect(Reflect.getMetadata('path', controller.users)).toBe('/users');
  expect(Reflect.getMetadata('of the member', controller, 'users')).toBe(true);
  expect([controller.users.name, controller.users.length]).toEqual(['users', 1]);
  expect(await controller.users(1)).toBe(1);
});
