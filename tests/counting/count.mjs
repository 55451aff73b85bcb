// A line of JSON per text in, a line of JSON with the vendors' counts out.
import {createRequire} from "node:module";
import {createInterface} from "node:readline";

const require = createRequire(`${process.env.COUNTING_MODULES}/`);
const {parseTweet} = require("twitter-text");
const {RichText} = require("@atproto/api");

for await (const line of createInterface({input: process.stdin})) {
  const text = JSON.parse(line);
  console.log(JSON.stringify({weighted: parseTweet(text).weightedLength, graphemes: new RichText({text}).graphemeLength}));
}
