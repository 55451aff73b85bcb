// One post by openapi-fetch with the types that openapi-typescript makes. Prints its id.
import createClient from "openapi-fetch";
import type { components, paths, webhooks } from "./client";

declare const process: { env: Record<string, string>; stdout: { write(text: string): void } };
const { HERALD, KEY, ACCOUNT, CONTENT } = process.env;
type CreatePost = paths["/v1/posts"]["post"]["requestBody"]["content"]["application/json"];
type Told = webhooks["media.uploaded"]["post"]["requestBody"]["content"]["application/json"];

async function main(): Promise<void> {
  const client = createClient<paths>({ baseUrl: HERALD, headers: { Authorization: `Bearer ${KEY}` } });
  const body: CreatePost = { content: CONTENT, accountIds: [ACCOUNT] };
  // @ts-expect-error: a post without content is none
  const none: CreatePost = { accountIds: [ACCOUNT] };
  // @ts-expect-error: an event has a time
  const told: Told = { id: "evt", type: "media.uploaded", data: {} };
  const { data, error } = await client.POST("/v1/posts", { body, params: { header: { "Idempotency-Key": CONTENT } } });
  if (error) throw new Error(error.error.message);
  const post: components["schemas"]["Post"] = data;
  const page = await client.GET("/v1/posts", { params: { query: { limit: 1 } } });
  if (page.data?.data[0].id !== post.id || page.data.pagination.limit !== 1) throw new Error(JSON.stringify([page, none, told]));
  process.stdout.write(post.id);
}

void main();
