// When something was said, as people read it.

const MINUTES_OF_A_GROUP = 5;

export function moment(ts) {
  return new Date(Number(ts) * 1000);
}

export function clock(ts) {
  return moment(ts).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function full(ts) {
  return moment(ts).toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
}

export function day(ts) {
  const date = moment(ts);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (sameDay(date, today)) return "Today";
  if (sameDay(date, yesterday)) return "Yesterday";
  return date.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" });
}

export function sameDayTs(one, other) {
  return sameDay(moment(one), moment(other));
}

export function closeTogether(one, other) {
  return Number(other) - Number(one) < MINUTES_OF_A_GROUP * 60;
}

function sameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

function ago(date) {
  const minutes = Math.floor((Date.now() - date) / 60000);
  if (minutes < 1) return "a few seconds ago";
  const hours = Math.floor(minutes / 60);
  const [count, unit] = hours ? [hours, "hour"] : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** Slack's date entity: seconds, a pattern such as "{date_short} at {time}", and words for when neither is known. */
export function dateEntity(seconds, pattern, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  const forms = {
    date: () => date.toLocaleDateString([], { dateStyle: "long" }),
    date_num: () => date.toISOString().slice(0, 10),
    date_short: () => date.toLocaleDateString([], { dateStyle: "medium" }),
    date_long: () => date.toLocaleDateString([], { dateStyle: "full" }),
    date_pretty: () => day(seconds).toLowerCase(),
    date_short_pretty: () => day(seconds).toLowerCase(),
    date_long_pretty: () => day(seconds).toLowerCase(),
    time: () => clock(seconds),
    time_secs: () => date.toLocaleTimeString(),
    ago: () => ago(date),
  };
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name) => forms[name]?.() ?? whole);
}
