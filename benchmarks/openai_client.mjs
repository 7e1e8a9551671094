// The official JavaScript client against a running service: models, chat completions and responses, whole and streamed.
//
//   npm install --prefix /tmp/client openai
//   NODE_PATH=/tmp/client/node_modules node benchmarks/openai_client.mjs http://127.0.0.1:7860 KEY "青石大桥投资多少？"
//
// Prints one JSON object with what each way gave; exits with 1 where a way differs from the others.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { OpenAI } = require("openai");
const [address, key, question] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: key, maxRetries: 0 });
const messages = [{ role: "user", content: question }];
const given = { model: "baowen", messages };

const models = (await client.models.list()).data.map((model) => model.id);
const whole = (await client.chat.completions.create(given)).choices[0].message;
let chunks = "";
for await (const chunk of await client.chat.completions.create({ ...given, stream: true })) {
  chunks += chunk.choices[0]?.delta?.content ?? "";
}
const helped = await client.chat.completions.stream(given).finalContent();
const response = await client.responses.create({ model: "baowen", input: question });
let deltas = "";
for await (const event of await client.responses.create({ model: "baowen", input: question, stream: true })) {
  if (event.type === "response.output_text.delta") deltas += event.delta;
}
const final = (await client.responses.stream({ model: "baowen", input: question }).finalResponse()).output_text;
const vectors = (await client.embeddings.create({ model: "baowen", input: ["桥", "路"] })).data;
let refused = 0;
try {
  await client.chat.completions.create({ ...given, model: "other" });
} catch (error) {
  refused = error.status;
}
const cited = whole.annotations.map((item) => item.url_citation);
const texts = [whole.content, chunks, helped, response.output_text, deltas, final];
console.log(
  JSON.stringify({
    models,
    text: whole.content,
    same: texts.every((text) => text === whole.content),
    markers: cited.map((item) => whole.content.slice(item.start_index, item.end_index)),
    response_markers: response.output[0].content[0].annotations.map((item) =>
      response.output_text.slice(item.start_index, item.end_index),
    ),
    dimensions: vectors.map((item) => item.embedding.length),
    refused,
  }),
);
process.exit(texts.every((text) => text === whole.content) ? 0 : 1);
