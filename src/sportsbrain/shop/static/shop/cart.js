// How many pieces are in the cart, on pages that are the same for everybody.
const place = document.querySelector("[data-pieces]");
const found = document.cookie.match(`(?:^|; )pieces-${place.dataset.pieces}=([1-9][0-9]*)`);
if (found) place.textContent = ` (${found[1]})`;
