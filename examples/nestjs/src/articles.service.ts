import type { Cache } from '@cache/core';
import { cacheable, cacheEvict } from '@cache/decorators';
import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { type Article, ArticlesRepository } from './articles.repository.ts';
import { CACHE } from './cache.module.ts';

// The cache is the one that was injected. These decorators are not told the class, so `self` says it.
const injected = ({ self }: { self: ArticlesService }): Cache<unknown> => self.cache;

@Injectable()
export class ArticlesService {
  readonly cache: Cache<unknown>;
  readonly #articles: ArticlesRepository;

  constructor(@Inject(CACHE) cache: Cache<unknown>, @Inject(ArticlesRepository) articles: ArticlesRepository) {
    this.cache = cache;
    this.#articles = articles;
  }

  @cacheable(injected, {
    key: (id) => `article:${id}`,
    tags: (article) => (article === null ? [] : [`author:${article.author}`]),
    ttl: (article) => (article === null ? '10s' : '5m'),
  })
  async find(id: number): Promise<Article | null> {
    return this.#articles.find(id);
  }

  @cacheable(injected, { key: 'author:{0}', tags: (_, { args }) => [`author:${args[0]}`] })
  async byAuthor(author: string): Promise<Article[]> {
    return this.#articles.byAuthor(author);
  }

  /** Whatever shows this author is old once this has succeeded. */
  @cacheEvict(injected, { tags: (article) => [`author:${article.author}`] })
  async retitle(id: number, title: string): Promise<Article> {
    const article = await this.#articles.retitle(id, title);
    if (article === null) throw new NotFoundException(`no article ${id}`);
    return article;
  }
}
