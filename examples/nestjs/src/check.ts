import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { ArticlesRepository } from './articles.repository.ts';

// The whole application, asked over HTTP.
const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
const origin = await app.getUrl();
const repository = app.get(ArticlesRepository);

async function show(method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(origin + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer = (await response.json()) as { title?: string; message?: string } | { title: string }[];
  const titles = Array.isArray(answer) ? answer.map(({ title }) => title).join(', ') : (answer.title ?? answer.message);
  console.log(`${method} ${path} ${response.status} ${titles} (${repository.queries} queries so far)`);
}

await Promise.all(Array.from({ length: 20 }, () => fetch(`${origin}/articles/1`)));
await show('GET', '/articles/1');
await show('GET', '/authors/Ada/articles');
await show('GET', '/authors/Ada/articles');
await show('GET', '/articles/3');
await show('GET', '/articles/9');
await show('GET', '/articles/9');
await show('PUT', '/articles/2', { title: 'On names' });
await show('GET', '/authors/Ada/articles');
await show('GET', '/articles/1');
await show('GET', '/articles/3');
await show('PUT', '/articles/7', { title: 'nothing' });
await show('GET', '/articles/1');
await app.close();
