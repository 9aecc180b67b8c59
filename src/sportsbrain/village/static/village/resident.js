// The resident's page opens without a network as it was seen last, with its pass.
(function () {
  "use strict";
  var own = document.currentScript;
  if (own && navigator.serviceWorker) { navigator.serviceWorker.register(own.dataset.worker, { scope: location.pathname }).catch(function () { /* the page works while it is open */ }); }
})();
