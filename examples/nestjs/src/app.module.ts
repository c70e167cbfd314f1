import { Module } from '@nestjs/common';
import { ArticlesController } from './articles.controller.ts';
import { ArticlesRepository } from './articles.repository.ts';
import { ArticlesService } from './articles.service.ts';
import { CacheModule } from './cache.module.ts';

@Module({
  imports: [CacheModule],
  controllers: [ArticlesController],
  providers: [ArticlesRepository, ArticlesService],
})
export class AppModule {}
