import { Injectable } from '@nestjs/common';

export interface Article {
  readonly id: number;
  readonly title: string;
  readonly author: string;
}

/** What would be a database; it counts how often it is asked. */
@Injectable()
export class ArticlesRepository {
  queries = 0;
  readonly #articles = new Map<number, Article>([
    [1, { id: 1, title: 'On caching', author: 'Ada' }],
    [2, { id: 2, title: 'On naming', author: 'Ada' }],
    [3, { id: 3, title: 'Off by one', author: 'Edsger' }],
  ]);

  async find(id: number): Promise<Article | null> {
    this.queries++;
    await new Promise((resolve) => setTimeout(resolve, 10));
    return this.#articles.get(id) ?? null;
  }

  async byAuthor(author: string): Promise<Article[]> {
    this.queries++;
    return [...this.#articles.values()].filter((article) => article.author === author);
  }

  async retitle(id: number, title: string): Promise<Article | null> {
    const article = this.#articles.get(id);
    if (article === undefined) return null;
    const changed = { ...article, title };
    this.#articles.set(id, changed);
    return changed;
  }
}
