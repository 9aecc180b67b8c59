"""Cars and minibuses on demand: who is fetched by whom and when, with windows and longest rides."""
