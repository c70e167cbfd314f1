import { inMemoryServer } from '@cache/core/testing';
import { Recorder } from './recorder.ts';

type Scenario = () => Promise<Recorder>;

/** The features of loads, each played once; see docs/loads.md for what they show. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'single-flight'() {
    const server = inMemoryServer<string>();
    const backend = server.connect();
    const recorder = new Recorder(backend);
    const { get } = recorder.cache({ backend, ttl: 400 });
    void get(100, 'v1');
    await recorder.pass(30);
    void get(100, 'v1');
    await recorder.pass(30);
    void get(100, 'v1');
    await recorder.pass(200);
    void get(100, 'v1');
    await recorder.pass(340);
    return recorder;
  },
  async 'stale-while-revalidate'() {
    const backend = inMemoryServer<string>().connect();
    const recorder = new Recorder(backend);
    const { get } = recorder.cache({ backend, ttl: 200, staleWhileRevalidate: 300 });
    void get(60, 'v1');
    await recorder.pass(200);
    void get(60, 'v2');
    await recorder.pass(120);
    void get(60, 'v2');
    await recorder.pass(20);
    void get(60, 'v2');
    await recorder.pass(360);
    return recorder;
  },
  async 'stale-if-error'() {
    const backend = inMemoryServer<string>().connect();
    const recorder = new Recorder(backend);
    const { get } = recorder.cache({ backend, ttl: 150, staleIfError: 300 });
    void get(50, 'v1');
    await recorder.pass(260);
    void get(50, new Error('source down'));
    await recorder.pass(160);
    void get(50, new Error('source down'));
    await recorder.pass(150);
    void get(50, new Error('source down'));
    await recorder.pass(130);
    return recorder;
  },
  async 'refresh-ahead'() {
    const backend = inMemoryServer<string>().connect();
    const recorder = new Recorder(backend);
    const { get } = recorder.cache({ backend, ttl: 300, refreshAhead: 0.6 });
    void get(60, 'v1');
    await recorder.pass(150);
    void get(60, 'v2');
    await recorder.pass(120);
    void get(60, 'v2');
    await recorder.pass(20);
    void get(60, 'v3');
    await recorder.pass(310);
    return recorder;
  },
  async timeout() {
    const backend = inMemoryServer<string>().connect();
    const recorder = new Recorder(backend);
    const { get } = recorder.cache({ backend, ttl: 150, staleIfError: 350, timeout: { soft: 60, hard: 160 } });
    void get(40, 'v1');
    await recorder.pass(230);
    void get(200, 'v2');
    await recorder.pass(480);
    backend.delete('k');
    recorder.mark('delete');
    await recorder.pass(20);
    void get(220, 'v3');
    await recorder.pass(300);
    return recorder;
  },
  async invalidation() {
    const backend = inMemoryServer<string>().connect();
    const recorder = new Recorder(backend);
    const { get, cache } = recorder.cache({ backend, ttl: 300 });
    void get(150, 'old');
    await recorder.pass(60);
    recorder.mark('delete');
    void cache.delete('k');
    await recorder.pass(30);
    void get(150, 'new');
    await recorder.pass(300);
    return recorder;
  },
  async lease() {
    const server = inMemoryServer<string>();
    const [one, two] = [server.connect(), server.connect()];
    const recorder = new Recorder(one);
    const first = recorder.cache({ backend: one, ttl: 400 }, 'process 1 ');
    const second = recorder.cache({ backend: two, ttl: 400 }, 'process 2 ');
    void first.get(120, new Error('source down'));
    await recorder.pass(40);
    void second.get(150, 'v1');
    await recorder.pass(120);
    void first.get(150, 'v1');
    await recorder.pass(240);
    return recorder;
  },
};
