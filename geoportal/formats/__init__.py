"""How dates and numbers are written, where Django has no format of the language or another than ours."""
