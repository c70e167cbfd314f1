import { Body, Controller, Get, Inject, NotFoundException, Param, ParseIntPipe, Put } from '@nestjs/common';
import type { Article } from './articles.repository.ts';
import { ArticlesService } from './articles.service.ts';

@Controller()
export class ArticlesController {
  readonly #articles: ArticlesService;

  constructor(@Inject(ArticlesService) articles: ArticlesService) {
    this.#articles = articles;
  }

  @Get('articles/:id')
  async find(@Param('id', ParseIntPipe) id: number): Promise<Article> {
    const article = await this.#articles.find(id);
    if (article === null) throw new NotFoundException(`no article ${id}`);
    return article;
  }

  @Get('authors/:author/articles')
  byAuthor(@Param('author') author: string): Promise<Article[]> {
    return this.#articles.byAuthor(author);
  }

  @Put('articles/:id')
  retitle(@Param('id', ParseIntPipe) id: number, @Body() body: { title: string }): Promise<Article> {
    return this.#articles.retitle(id, body.title);
  }
}
