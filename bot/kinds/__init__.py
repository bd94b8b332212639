"""The kinds of attribute, one file each: YAML form, buttons, typed answers, wording and stored form. `registry` lists them."""
