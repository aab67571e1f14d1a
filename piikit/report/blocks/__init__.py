"""What is to be shown, before anybody writes it: sentences, quantities, tables, pictures."""
