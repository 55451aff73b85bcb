// One post by the client that openapi-generator makes for TypeScript. Prints its id.
import { Configuration, PostsApi, type CreatePost, type Post } from "./client";

declare const process: { env: Record<string, string>; stdout: { write(text: string): void } };
const { HERALD, KEY, ACCOUNT, CONTENT } = process.env;

async function main(): Promise<void> {
  const posts = new PostsApi(new Configuration({ basePath: HERALD, accessToken: KEY }));
  const createPost: CreatePost = { content: CONTENT, accountIds: new Set([ACCOUNT]) };
  // @ts-expect-error: a post without content is none
  const none: CreatePost = { accountIds: new Set([ACCOUNT]) };
  const post: Post = await posts.createPost({ createPost, idempotencyKey: CONTENT });
  const page = await posts.listPosts({ limit: 1 });
  if (page.data[0].id !== post.id || page.pagination.limit !== 1) throw new Error(JSON.stringify([page, none]));
  process.stdout.write(post.id);
}

void main();
