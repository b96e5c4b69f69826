// The page's end of the workspace's back door.

/** Asks for something; rejects with the reason if it is refused. */
export async function get(what) {
  return content(await fetch(`/playground/${what}`));
}

/** Does something; rejects with the reason if it is refused. */
export async function post(action, body) {
  const headers = { "Content-Type": "application/json" };
  return content(await fetch(`/playground/${action}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function content(response) {
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.error.replaceAll("_", " "));
  return answer;
}

/**
 * Listens to changes after number `since`. The browser reconnects by itself and goes on after the last one it saw;
 * `connected(epoch)` tells with which start of the workspace it then speaks.
 */
export function listen(since, { changed, connected, lost }) {
  const source = new EventSource(`/playground/stream?since=${since}`);
  source.addEventListener("message", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("epoch", (event) => connected(event.data));
  source.addEventListener("error", lost);
  // A browser keeps a page that one has left for coming back, and its connection with it: of these there are few.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
