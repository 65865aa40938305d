// The openai package for Node, with its base URL changed only. Prints what it was answered.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.argv[2], apiKey: "any", maxRetries: 0 });
const messages = [{ role: "user", content: "hello" }];
const tools = [
  {
    type: "function",
    function: { name: "look_up", description: "Look a city up.", parameters: { type: "object", properties: {} } },
  },
];
const whole = await client.chat.completions.create({ model: "smart", messages });
let streamed = "";
for await (const chunk of await client.chat.completions.create({ model: "smart", messages, stream: true })) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
}
const called = await client.chat.completions.create({
  model: "smart",
  messages: [{ role: "user", content: "which tide" }],
  tools,
});
const call = called.choices[0].message.tool_calls[0].function;
const vectors = await client.embeddings.create({ model: "vectors", input: ["one", "two"] });
const listed = [];
for await (const each of await client.models.list()) listed.push(each.id);
let error = null;
try {
  await client.chat.completions.create({ model: "nobody", messages });
} catch (problem) {
  error = [problem.constructor.name, problem.status];
}
const left = new AbortController();
const stream = await client.chat.completions.create({ model: "smart", messages, stream: true }, { signal: left.signal });
for await (const chunk of stream) {
  left.abort();
  break;
}
console.log(
  JSON.stringify({
    text: whole.choices[0].message.content,
    tokens: whole.usage.total_tokens,
    streamed,
    tool: [call.name, JSON.parse(call.arguments)],
    vectors: vectors.data.map((each) => each.embedding.length),
    listed,
    error,
  }),
);
