import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';

/** Customers and their orders in a SQLite file of its own. */
export interface Shop {
  customer(id: number): Customer | undefined;
  customers(ids: readonly number[]): Customer[];
  rename(id: number, name: string): void;
  order(customer: number, cents: number): number;
  /** Reads every order: the query one would rather not run for each request. */
  revenueByCity(): Revenue[];
  /** How many queries ran. */
  readonly queries: number;
  close(): void;
}

export interface Customer {
  readonly id: number;
  readonly name: string;
  readonly city: string;
}

export interface Revenue {
  readonly city: string;
  readonly orders: number;
  readonly cents: number;
}

const cities = ['Bergen', 'Cadiz', 'Delft', 'Espoo', 'Faro'];

export function openShop(customers: number, orders: number): Shop {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'));
  const database = new sqlite.Database(join(folder, 'shop.sqlite'));
  database.exec('CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT)');
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, cents INTEGER)');
  database.exec('BEGIN');
  for (let id = 1; id <= customers; id++)
    database.run('INSERT INTO customers VALUES (?, ?, ?)', [
      id,
      `customer ${id}`,
      cities[id % cities.length] as string,
    ]);
  for (let id = 1; id <= orders; id++)
    database.run('INSERT INTO orders VALUES (?, ?, ?)', [id, 1 + (id % customers), 100 + (id % 977)]);
  database.exec('COMMIT');
  let queries = 0;
  const rows = <Row>(sql: string, values: (string | number)[] = []): Row[] => {
    queries++;
    return database.all(sql, values) as Row[];
  };
  return {
    get queries() {
      return queries;
    },
    customer: (id) => rows<Customer>('SELECT * FROM customers WHERE id = ?', [id])[0],
    customers: (ids) => rows<Customer>(`SELECT * FROM customers WHERE id IN (${ids.map(() => '?').join()})`, [...ids]),
    rename(id, name) {
      database.run('UPDATE customers SET name = ? WHERE id = ?', [name, id]);
    },
    order(customer, cents) {
      database.run('INSERT INTO orders (customer, cents) VALUES (?, ?)', [customer, cents]);
      return rows<{ id: number }>('SELECT max(id) AS id FROM orders')[0]?.id ?? 0;
    },
    revenueByCity: () =>
      rows<Revenue>(
        `SELECT city, count(*) AS orders, sum(cents) AS cents FROM orders JOIN customers ON customers.id = orders.customer
         GROUP BY city ORDER BY city`,
      ),
    close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
