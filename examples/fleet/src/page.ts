// The fleet to look at in a browser: server-sent events, and nothing from elsewhere.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fleet } from './fleet.ts';

const EVERY_MS = 500;

/** Shows how `fleet` stands, twice a second, to whoever opens `url`. */
export async function startPage(fleet: Fleet): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer((request, response) => {
    if (request.url !== '/events') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const tell = (): void => void response.write(`data: ${JSON.stringify(fleet.rows())}\n\n`);
    tell();
    const telling = setInterval(tell, EVERY_MS);
    response.on('close', () => clearInterval(telling));
  });
  server.listen(Number(process.env.PAGE_PORT ?? 0), '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // not a pipe: it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A fleet with near tiers</title>
<style>
  body { font: 16px system-ui, sans-serif; margin: 2rem; color: #222 }
  table { border-collapse: collapse }
  th, td { padding: .4rem .8rem; text-align: right; border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums }
  td:nth-child(3) { min-width: 14rem; text-align: left }
  meter { width: 9rem }
  .lost { color: #b00 }
</style>
<h1>Four processes behind one port</h1>
<p id="state" role="status">waiting for the fleet …</p>
<table>
  <thead><tr><th>worker<th>requests<th>from near<th>from far<th>misses<th>told of<th>told a second<th>near emptied<th>signal</tr></thead>
  <tbody id="rows"></tbody>
</table>
<script>
  const before = new Map();
  const cell = (row, content, name) => {
    const td = row.insertCell();
    td.append(content);
    if (name) td.className = name;
    return td;
  };
  const events = new EventSource('/events');
  events.onerror = () => { document.getElementById('state').textContent = 'the fleet has ended'; };
  events.onmessage = ({ data }) => {
    const now = performance.now();
    const rows = JSON.parse(data);
    const body = document.createElement('tbody');
    body.id = 'rows';
    for (const one of rows) {
      const last = before.get(one.worker);
      const rate = last ? (one.toldOf - last.toldOf) / (now - last.at) * 1000 : 0;
      before.set(one.worker, { toldOf: one.toldOf, at: now });
      const row = body.insertRow();
      cell(row, one.worker);
      cell(row, one.requests);
      const share = one.requests === 0 ? 0 : one.fromNear / one.requests;
      const meter = document.createElement('meter');
      meter.value = share;
      cell(row, meter).append(' ' + (share * 100).toFixed(1) + ' %');
      cell(row, one.fromFar);
      cell(row, one.misses);
      cell(row, one.toldOf);
      cell(row, rate.toFixed(0));
      cell(row, one.nearEmptied);
      cell(row, one.signal, one.signal);
    }
    document.getElementById('rows').replaceWith(body);
    document.getElementById('state').textContent = rows.length + ' processes, told of changes by Redis itself';
  };
</script>
</html>
`;
