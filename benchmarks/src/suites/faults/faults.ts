import { type FaultyProxy, type RedisServer, startFaultyProxy, startRedis } from '@cache-internal/lab';
import type { Place } from './contestants.ts';

type Tcp = { readonly host: string; readonly port: number };

/** A Redis that something befalls, and that is well again. */
export interface Victim extends Place {
  /** Where it is asked what is true, whatever lies between it and its clients. */
  readonly truth: Tcp;
  begin(): unknown;
  end(): unknown;
  stop(): Promise<void>;
}

export type Fault = () => Promise<Victim>;

/** It accepts and does not answer, and goes on with what it was sent. */
export const standsStill: Fault = async () => {
  const server = await startRedis({ listen: 'tcp' });
  return {
    ...seen(server),
    begin: () => server.process.signal('SIGSTOP'),
    end: () => server.process.signal('SIGCONT'),
    stop: () => server.stop(),
  };
};

/** Killed with what it had, and started again where it was. */
export const comesBackEmpty: Fault = async () => {
  const first = await startRedis({ listen: 'tcp' });
  const { truth } = seen(first);
  let server = first;
  return {
    ...seen(first),
    begin: () => first.stop(),
    end: async () => {
      server = await startRedis({ listen: 'tcp', port: truth.port });
    },
    stop: () => server.stop(),
  };
};

/** What is sent is lost, and connections of before are reset afterwards: the network has forgotten them. */
export const isSwallowed: Fault = () =>
  behindProxy((proxy) => ({
    begin() {
      proxy.fault = 'black hole';
    },
    end() {
      proxy.fault = 'none';
      proxy.cut();
    },
  }));

/** Every 300 ms its connections are closed and new ones refused, for 300 ms. */
export const flaps: Fault = () =>
  behindProxy((proxy) => {
    let timer: NodeJS.Timeout | undefined;
    const turn = (): void => {
      proxy.fault = proxy.fault === 'none' ? 'refused' : 'none';
    };
    return {
      begin() {
        turn();
        timer = setInterval(turn, 300);
      },
      end() {
        clearInterval(timer);
        proxy.fault = 'none';
      },
    };
  });

async function behindProxy(fault: (proxy: FaultyProxy) => Pick<Victim, 'begin' | 'end'>): Promise<Victim> {
  const server = await startRedis({ listen: 'tcp' });
  const { truth } = seen(server);
  const proxy = await startFaultyProxy(truth);
  return {
    url: proxy.url,
    address: { host: proxy.host, port: proxy.port },
    truth,
    ...fault(proxy),
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}

function seen({ url, address }: RedisServer): Pick<Victim, 'url' | 'address' | 'truth'> {
  return { url, address, truth: address as Tcp }; // asked to listen on TCP
}
