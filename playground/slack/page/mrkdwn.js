// Slack's mrkdwn, from its wire form to nodes.

import { element } from "./dom.js";
import { emoji } from "./emoji.js";
import { dateEntity } from "./times.js";

const FENCE = /```\n?([\s\S]*?)\n?```/g;
const QUOTE = /^(?:&gt;|>) ?/;
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<entity>[^<>\\n]+)>",
    "(?<url>https?://[^\\s<>|`]*[^\\s<>|`.,;:!?)'\"*_~])",
    ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
    "(?<![\\p{L}\\p{N}*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?<italic>[^\\s_](?:[^\\n]*?[^\\s_])?)_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?<strike>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\p{L}\\p{N}~])",
  ].join("|"),
  "gu",
);
const ONLY_EMOJI = /^(?:\s*(?::[a-z0-9_+'-]+:|\p{Extended_Pictographic}\uFE0F?))+\s*$/u;
const LINK_SCHEMES = /^(?:https?:|mailto:)/i;
const TAGS = { bold: "strong", italic: "em", strike: "s" };

/** The nodes of a text: paragraphs of lines, quotes and blocks of code. */
export function mrkdwn(text, store) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(FENCE)) {
    nodes.push(...lines(text.slice(end, match.index), store));
    nodes.push(element("pre", {}, element("code", {}, unescape(match[1]))));
    end = match.index + match[0].length;
  }
  nodes.push(...lines(text.slice(end), store));
  return nodes;
}

/** A text object of Block Kit. */
export function textObject(text, store) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, store);
  return text.emoji === false ? [text.text] : withEmoji(text.text);
}

export function plain(text) {
  return withEmoji(unescape(text));
}

export function isOnlyEmoji(text) {
  return ONLY_EMOJI.test(text);
}

function lines(text, store) {
  const nodes = [];
  let quoted = [];
  const trimmed = text.replace(/^\n/, "").replace(/\n$/, "");
  if (!trimmed) return nodes;
  const flush = () => {
    if (quoted.length) nodes.push(element("blockquote", {}, joined(quoted, store)));
    quoted = [];
  };
  let unquoted = [];
  for (const line of [...trimmed.split("\n"), null]) {
    const isQuote = line !== null && QUOTE.test(line);
    if ((isQuote || line === null) && unquoted.length) {
      nodes.push(element("p", {}, joined(unquoted, store)));
      unquoted = [];
    }
    if (isQuote) quoted.push(line.replace(QUOTE, ""));
    else flush();
    if (!isQuote && line !== null) unquoted.push(line);
  }
  return nodes;
}

function joined(some, store) {
  return some.flatMap((line, index) => (index ? [element("br"), ...inline(line, store)] : inline(line, store)));
}

function inline(text, store) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(unescape(text.slice(end, match.index)), inlineNode(match, store));
    end = match.index + match[0].length;
  }
  nodes.push(unescape(text.slice(end)));
  return nodes.filter((node) => node !== "");
}

function inlineNode(match, store) {
  const { code, entity, url, emoji: name } = match.groups;
  if (code !== undefined) return element("code", {}, unescape(code));
  if (entity !== undefined) return entityNode(entity, store);
  if (url !== undefined) return link(unescape(url), unescape(url));
  if (name !== undefined) return emojiNode(name) ?? match[0];
  const kind = Object.keys(TAGS).find((key) => match.groups[key] !== undefined);
  return element(TAGS[kind], {}, inline(match.groups[kind], store));
}

function entityNode(entity, store) {
  const [target, label] = split(entity, "|");
  const sigil = target[0];
  if (sigil === "@") return mention(`@${store.user(target.slice(1)).name}`, target.slice(1) === store.person);
  if (sigil === "#") return channelLink(target.slice(1), label, store);
  if (sigil === "!") return special(target.slice(1), label, store);
  if (!LINK_SCHEMES.test(target)) return `<${unescape(entity)}>`;
  return link(unescape(target), unescape(label ?? target.replace(/^mailto:/, "")));
}

export function link(url, label) {
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...withEmoji(label));
}

function channelLink(id, label, store) {
  const name = store.channels.get(id)?.name ?? label ?? id;
  return element("a", { class: "mention", href: `#${id}` }, `#${name}`);
}

function special(target, label, store) {
  const [kind, ...rest] = target.split("^");
  if (kind === "subteam") {
    const group = store.usergroups.get(rest[0]);
    return mention(label ?? `@${group?.handle ?? rest[0]}`, Boolean(group?.users.includes(store.person)));
  }
  if (kind === "date") return dateEntity(rest[0], rest[1] ?? "{date}", label ?? "");
  return mention(`@${kind}`, true);
}

function mention(words, mine) {
  return element("span", { class: mine ? "mention mine" : "mention" }, words);
}

function withEmoji(text) {
  const parts = text.split(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g);
  return parts
    .map((part, index) => (index % 2 ? (emojiNode(part) ?? `:${part}:`) : part))
    .filter((part) => part !== "");
}

function emojiNode(name) {
  const character = emoji(name);
  return (
    character && element("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, character)
  );
}

function split(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
