"""Reading a judge's reply: one parser for all judges, which never guesses."""
