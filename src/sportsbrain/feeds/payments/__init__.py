"""Payment providers: begin a payment, hear what became of it, send money back."""
