import Fastify, { type FastifyInstance } from 'fastify';
import type { Service } from './service.ts';

export function makeServer(service: Service): FastifyInstance {
  const server = Fastify();
  server.get<{ Params: { id: string } }>('/customers/:id', async (request, reply) => {
    const customer = await service.customer(Number(request.params.id));
    return customer ?? reply.code(404).send({ error: 'no such customer' });
  });
  server.get<{ Querystring: { ids: string } }>('/customers', async (request) =>
    service.customers(request.query.ids.split(',').map(Number)),
  );
  server.get('/revenue', async () => service.revenue());
  server.put<{ Params: { id: string }; Body: { name: string } }>('/customers/:id', async (request, reply) => {
    await service.rename(Number(request.params.id), request.body.name);
    return reply.code(204).send();
  });
  server.post<{ Body: { customer: number; cents: number } }>('/orders', async (request) => ({
    id: await service.order(request.body.customer, request.body.cents),
  }));
  return server;
}
