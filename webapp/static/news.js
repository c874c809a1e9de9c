// An open inbox says that tasks have come, without moving a row. Nothing is asked while nobody looks at it.
//   <p data-news="/tugas/baru?sejak=..." data-out="..."><span role="status">...</span> <a ...>reload</a></p>
const line = document.querySelector('[data-news]');
const said = line.querySelector('[role=status]');
const first = { title: document.title, words: said.textContent };
const EVERY = 60_000; // ms, or a little less: a browser's clocks are not exact
let last = Date.now(), timer = setInterval(ask, EVERY);

function tell(words, count) {
  said.textContent = words;
  document.title = count ? `(${count}) ${first.title}` : first.title;
  line.classList.toggle('fresh', words !== first.words);
}

async function ask() {
  if (document.hidden || Date.now() - last < 0.9 * EVERY) return;
  last = Date.now();
  try {
    const answer = await fetch(line.dataset.news, { headers: { Accept: 'application/json' }, redirect: 'manual' });
    if (answer.type === 'opaqueredirect') {
      clearInterval(timer);
      timer = 0;
      tell(line.dataset.out);
    } else if (answer.status === 204) tell(first.words);
    else if (answer.ok) {
      const { n, said: words } = await answer.json();
      tell(words, n);
    }
  } catch { /* no network: asked again in a minute */ }
}

addEventListener('visibilitychange', () => { if (timer) ask(); });
