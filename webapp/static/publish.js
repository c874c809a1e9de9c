// Publishing from the modeler page: what is drawn goes into the form's file, then the form is sent like any other.
const form = document.getElementById('publish');
const canvas = document.getElementById('canvas');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  document.activeElement?.blur(); // what is being typed in the properties counts
  const { xml } = await window.sopanModeler.saveXML({ format: true });
  const files = new DataTransfer();
  files.items.add(new File([xml], canvas.dataset.file, { type: 'application/xml' }));
  form.elements.berkas.files = files.files;
  // The drawing leaves with the form: the modeler's question about unsaved work would be wrong here.
  window.addEventListener('beforeunload', (leaving) => leaving.stopImmediatePropagation(), { capture: true });
  HTMLFormElement.prototype.submit.call(form);
});
