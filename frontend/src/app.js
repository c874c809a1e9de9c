// Every page works without this file. It only asks before what cannot be undone, and prints.
//   <button data-confirm="Yakin?">    <button data-print hidden>
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-confirm], [data-print]');
  if (!button) return;
  if (button.dataset.confirm && !window.confirm(button.dataset.confirm)) event.preventDefault();
  if ('print' in button.dataset) window.print();
});
for (const button of document.querySelectorAll('[data-print][hidden]')) button.hidden = false;
