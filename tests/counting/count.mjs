// A line of JSON per text in, a line of JSON with the vendors' counts and Bluesky's facets out.
import {createRequire} from "node:module";
import {createInterface} from "node:readline";

const require = createRequire(`${process.env.COUNTING_MODULES}/`);
const {parseTweet} = require("twitter-text");
const {AppBskyRichtextFacet, RichText} = require("@atproto/api");
const {isValidHandle} = require("@atproto/syntax");

// What a reader sees: the facets that a server takes, less those that begin within another one.
function shown(text) {
  const rich = new RichText({text});
  rich.detectFacetsWithoutResolution();
  rich.facets = rich.facets?.filter(taken);
  return [...rich.segments()].filter((segment) => segment.facet).map(({facet}) => {
    const {byteStart, byteEnd} = facet.index;
    const [{$type, did, uri, tag}] = facet.features;
    return [byteStart, byteEnd, $type.split("#")[1], did?.toLowerCase() ?? uri ?? tag];
  });
}

// A mention stands with the handle in place of its DID, which nobody has asked for.
function taken(facet) {
  const [{did}] = facet.features;
  return did === undefined ? AppBskyRichtextFacet.validateMain(facet).success : isValidHandle(did);
}

for await (const line of createInterface({input: process.stdin})) {
  const text = JSON.parse(line);
  const counts = {weighted: parseTweet(text).weightedLength, graphemes: new RichText({text}).graphemeLength};
  console.log(JSON.stringify({...counts, facets: shown(text)}));
}
