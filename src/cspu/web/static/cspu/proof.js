// The proof travels in the fragment of the address, which browsers never send: move it into the form.
const form = document.getElementById("verification");
function take() {
  if (location.hash.length < 2) return;
  form.elements.proof.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
addEventListener("hashchange", take);
take();
