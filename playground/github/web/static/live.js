// Shows the page again a moment after something has happened in this GitHub.
const SETTLE_MS = 300;
const RETRY_MS = 5000;

async function watch() {
  for (;;) {
    const answer = await fetch(`/playground/events?timeout=50&after=${document.body.dataset.last}`);
    if ((await answer.json()).length) {
      setTimeout(() => location.reload(), SETTLE_MS);
      return;
    }
  }
}

watch().catch(() => setTimeout(() => location.reload(), RETRY_MS));
